package dev.unipkg.cli.machine.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
    private static final long MIB = 1 << 20;
    private static final Host HOST = new Host(4096 * MIB, 2);
    private static final MemoryNeed NEED = new MemoryNeed(new Memory(72), new Memory(256));

    @Test
    void aMachineGetsWhatWasChosenOrWhatIsUsual() {
        assertThat(HOST.memory("x", Optional.empty(), NEED)).isEqualTo(new Memory(256));
        assertThat(HOST.memory("x", Optional.of(4096 * MIB), NEED)).isEqualTo(new Memory(4096));
        assertThatThrownBy(() -> HOST.memory("x", Optional.of(70 * MIB), NEED))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("70M of memory are too little");
    }

    @Test
    void noPackageGetsMoreMemoryThanThereIs() {
        for (long bytes : new long[] {4097 * MIB, 1L << 53, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> HOST.memory("acme/tool:1.0", Optional.of(bytes), NEED))
                    .isInstanceOfSatisfying(Failure.class, failure -> {
                        assertThat(failure.code()).isEqualTo("too-much-memory");
                        assertThat(failure.text())
                                .matches("acme/tool:1.0 wants .* of memory, and this host has 4.0 GiB");
                        assertThat(failure.next()).contains("give it less with -m; it needs 72M to start at all");
                    });
        }
        MemoryNeed huge = new MemoryNeed(new Memory(9000), new Memory(14_000));
        assertThatThrownBy(() -> HOST.memory("x", Optional.empty(), huge))
                .isInstanceOf(Failure.class)
                .hasMessage("x wants 13.7 GiB of memory, and this host has 4.0 GiB");
    }

    @Test
    void noPackageGetsMoreProcessorsThanThereAre() {
        assertThat(HOST.processors(0)).isEqualTo(1);
        assertThat(HOST.processors(2)).isEqualTo(2);
        assertThat(HOST.processors(1024)).isEqualTo(2);
        assertThat(new Host(1, 1000).processors(1024)).isEqualTo(Guest.MAX_CPUS);
    }

    @Test
    void noGuestMayWriteMoreThanHasRoom(@TempDir Path folder) throws IOException {
        Host.requireSpace("x", MIB, folder);
        long free = folder.toFile().getTotalSpace();
        assertThatThrownBy(() -> Host.requireSpace("x", free + 1, folder))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.code()).isEqualTo("disk-full");
                    assertThat(failure.text())
                            .startsWith("x wants to write up to ")
                            .contains(folder.toString());
                });
    }

    @Test
    void thisHostHasSome() throws IOException {
        assertThat(Host.here().memoryBytes()).isGreaterThan(64 * MIB);
        assertThat(Host.here().processors()).isPositive();
    }
}
