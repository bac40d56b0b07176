package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.kernels.Image;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NanosBootTest implements BootContract {
    @TempDir
    static Path images;

    @Override
    public Image image(String... arguments) throws Exception {
        return TinyServer.onNanos(images, arguments);
    }

    @Test
    void bootsTheDiskAloneWithTheBios(@TempDir Path home) throws Exception {
        Image.Disk disk = (Image.Disk) image("4");
        Image alone = new Image.Disk(disk.file(), Optional.empty());
        assertThat(new Booting(home, alone).run()).isEqualTo(new BootResult.Exit(4));
    }

    @Test
    void bootsAMicrovm(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image()).forwarding().on("microvm");
        booting.whenItAnswers(port -> port.get("/exit"));
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.said()).contains("(microvm, tcg)");
    }

    @Test
    void saysWhyTheKernelPanicked(@TempDir Path home) throws Exception {
        // The first thing that this kernel wants of its root and does not find: the program's name.
        Image.Disk disk = (Image.Disk) image("4");
        byte[] bytes = Files.readAllBytes(disk.file());
        // The root is the last partition, behind the kernel, which has the word as well.
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("program")] = 'P';
        Path broken = Files.write(home.resolve("broken.img"), bytes);
        Booting booting = new Booting(home, new Image.Disk(broken, Optional.empty()));
        assertThatThrownBy(booting::run).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo("kernel-panic");
            assertThat(failure.text()).startsWith("the kernel of test panicked: assertion program failed");
        });
    }
}
