package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.kernels.nanos.NanosGuest.Ended;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Boots images with klibs, by UEFI and on arm64, where there is a [NanosGuest] and the firmware; elsewhere these
/// tests say what is missing and are skipped.
class NanosVariantBootTest {

    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private NanosGuest guest(Arch arch) throws IOException, InterruptedException {
        NanosGuest guest = NanosGuest.of(arch, folder);
        guest.orSkip();
        return guest;
    }

    private Path image(NanosGuest guest, NanosKernel kernel, Value.Tuple more, String... arguments) throws IOException {
        Path image = folder.resolve("disk.img");
        NanosImage.write(new NanosSpec(kernel, guest.tree(), NanosGuest.attributes(more, arguments), MIB), image);
        return image;
    }

    private static void requireGreeting(Ended ended, Path image) throws IOException {
        assertThat(ended.exitCode()).as(ended.console()).isEqualTo(3);
        assertThat(ended.console()).contains("/greeting: hello\n");
        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.check()).allMatch(Finding::isHarmless);
        }
    }

    @Test
    void aKlibIsLoadedAndWorks() throws Exception {
        NanosGuest guest = guest(Arch.X86_64);
        Value.Tuple traced = Value.Tuple.EMPTY.with("debugsyscalls", Value.text("t"));
        String[] arguments = {"cat", "/greeting", "exit", "3"};

        Path without = image(guest, guest.kernel(false), traced, arguments);
        assertThat(guest.boot(List.of(), without).console()).doesNotContain("exit_group");
        Path with = image(guest, guest.kernel(false, "strace"), traced, arguments);
        Ended ended = guest.boot(List.of(), with);

        assertThat(ended.exitCode()).as(ended.console()).isEqualTo(3);
        assertThat(ended.console()).contains("exit_group");
    }

    @Test
    void aHybridImageBootsByItsBios() throws Exception {
        NanosGuest guest = guest(Arch.X86_64);
        Path image = image(guest, guest.kernel(true), Value.Tuple.EMPTY, "cat", "/greeting", "exit", "3");

        requireGreeting(guest.boot(List.of(), image), image);
    }

    @Test
    void aHybridImageBootsByUefi() throws Exception {
        NanosGuest guest = guest(Arch.X86_64);
        Optional<Path> firmware = List.of("/usr/share/qemu/OVMF.fd", "/usr/share/ovmf/OVMF.fd").stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst();
        assumeTrue(
                firmware.isPresent(),
                "not booted by UEFI: there is no OVMF.fd below /usr/share; on Debian: apt-get install ovmf");
        Path image = image(guest, guest.kernel(true), Value.Tuple.EMPTY, "cat", "/greeting", "exit", "3");

        requireGreeting(guest.boot(List.of("-bios", firmware.get().toString()), image), image);
    }

    @Test
    void anArmImageBootsTwice() throws Exception {
        NanosGuest guest = guest(Arch.ARM64);
        Path image = image(
                guest,
                guest.kernel(false),
                Value.Tuple.EMPTY,
                "append",
                "/data/visits",
                "once",
                "cat",
                "/data/visits",
                "cat",
                "/greeting",
                "exit",
                "3");

        requireGreeting(guest.boot(List.of(), image), image);
        Ended second = guest.boot(List.of(), image);

        requireGreeting(second, image);
        assertThat(second.console().split("/data/visits: once\n", -1)).hasSize(3);
    }
}
