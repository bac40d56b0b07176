package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.kernels.Image;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxBootTest implements BootContract {
    @TempDir
    static Path images;

    @Override
    public Image image(String... arguments) throws Exception {
        return TinyServer.onLinux(images, arguments);
    }

    @Test
    void saysWhyTheKernelPanicked(@TempDir Path home) throws Exception {
        Image.KernelAndInitrd image = (Image.KernelAndInitrd) image();
        Image broken = new Image.KernelAndInitrd(
                image.kernel(),
                image.initrd(),
                "console=ttyS0 quiet panic=-1 rdinit=/bin/nothing",
                image.unpackedBytes());
        assertThatThrownBy(new Booting(home, broken)::run).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.exit()).isEqualTo(ExitCode.GUEST_FAILED);
            assertThat(failure.code()).isEqualTo("kernel-panic");
            assertThat(failure.text())
                    .startsWith("the kernel of test panicked: ")
                    .contains("Kernel panic - not syncing")
                    .contains("\nthe console ended with\n  | ");
        });
    }
}
