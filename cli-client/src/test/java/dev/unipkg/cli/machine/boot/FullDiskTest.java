package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.SmallDisk;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A shelf on a disk without room for the record of an instance.
@Timeout(60)
class FullDiskTest {
    @TempDir
    Path temp;

    @Test
    void noMachineRunsThatCouldNotBeRecorded() throws Exception {
        Path qemu = FakeQemu.in(temp, FakeQemu.STAYS, "sleep 600");
        Image image = new Image.KernelAndInitrd(temp.resolve("vmlinuz"), temp.resolve("initrd"), "quiet", 0);
        try (SmallDisk disk = SmallDisk.orSkip(temp)) {
            SmallDisk.fill(disk.folder());

            assertThatThrownBy(new Booting(disk.folder(), image)
                            .with(qemu, temp.resolve("no-kvm"), Accelerator.Choice.TCG)::run)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");

            assertThat(ProcessHandle.current().children())
                    .as("machines")
                    .noneMatch(child -> child.info().commandLine().orElse("").contains(qemu.toString()));
            assertThat(disk.folder().resolve("instances")).isEmptyDirectory();
        }
    }
}
