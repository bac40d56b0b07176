package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Digest;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.kernels.linux.DebianFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A Linux guest whose package is on a disk, with less memory than the package has bytes.
@Timeout(240)
class DiskBootTest {
    private static final int FILES = 130;
    private static final int FILE_BYTES = 1_000_000;
    private static final int MEMORY = 128;

    @TempDir
    Path temp;

    private final StringBuilder digests = new StringBuilder();
    private FileTree tree = FileTree.EMPTY;

    @BeforeEach
    void aLargePackage() throws Exception {
        TinyServer.requireQemu();
        FileTree.Builder files = FileTree.builder().file("bin/busybox", kernel().file("busybox"), true);
        Random random = new Random(13);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[FILE_BYTES + random.nextInt(FILE_BYTES / 10)];
            random.nextBytes(bytes);
            String name = String.format(Locale.ROOT, "%03d", i);
            files.file("data/" + name, new Content.Bytes(bytes), false);
            digests.append(Digest.of(bytes).hex()).append("  ./").append(name).append('\n');
        }
        tree = files.file("etc/motd", "hello\n")
                .symlink("data/link", "../etc/motd")
                .directory("empty")
                .build();
    }

    @Test
    void programFindsEveryFileAsItIs() throws Exception {
        Booting booting = new Booting(temp, image("", "find . -type f | sort | xargs sha256sum | sha256sum; cat link"))
                .memory(MEMORY);
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(booting.console().strip().lines().map(String::strip))
                .containsExactly(
                        Digest.of(digests.toString().getBytes(StandardCharsets.UTF_8))
                                        .hex() + "  -",
                        "hello");
    }

    @Test
    void programWritesAsItMayInMemory() throws Exception {
        Image.KernelAndInitrd image = image("", """
            set -e
            echo more >> /etc/motd
            mv /data /moved
            rm /moved/001
            mkdir /new /tmp/t /run/r
            echo new > /new/file
            cat /moved/link /new/file
            ls /moved | wc -l
            ls /.unipkg/modules /package /memory 2> /dev/null || echo clean
            """);
        Digest disk = Digest.of(Files.readAllBytes(image.disk().orElseThrow()));
        Booting booting = new Booting(temp, image).memory(MEMORY);
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(booting.console().strip().lines().map(String::strip))
                .containsExactly("hello", "more", "new", Integer.toString(FILES), "clean");
        assertThat(Digest.of(Files.readAllBytes(image.disk().get()))).isEqualTo(disk);
    }

    @Test
    void otherUserThanRootOwnsWhatItMayWrite() throws Exception {
        Booting booting = new Booting(temp, image("app", """
            id -un
            echo mine > $HOME/file && echo mine > /empty/file && echo mine > /data/000 && echo wrote
            (echo not > /etc/motd) 2> /dev/null || echo refused
            wc -c < /data/000
            """)).memory(MEMORY);
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(booting.console().strip().lines().map(String::strip))
                .containsExactly("app", "wrote", "refused", "5");
    }

    @Test
    void guestThatCannotReadItsDiskFailsInASentence() throws Exception {
        Image.KernelAndInitrd image = image("", "echo the program runs");
        Files.write(image.disk().orElseThrow(), new byte[1 << 20]);
        Booting booting = new Booting(temp, image).memory(MEMORY);
        assertThatThrownBy(booting::run).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.exit()).isEqualTo(ExitCode.GUEST_FAILED);
            assertThat(failure.code()).isEqualTo("no-root");
            assertThat(failure.text())
                    .isEqualTo("test is on a disk, and its guest cannot use it: the kernel does not read the disk of"
                            + " the package");
        });
        assertThat(booting.console()).doesNotContain("the program runs");
    }

    private static KernelRelease kernel() throws Exception {
        return KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty());
    }

    /// @param user who owns `/data` as a volume
    private Image.KernelAndInitrd image(String user, String script) throws Exception {
        ImageSettings settings = new ImageSettings(
                "/bin/busybox",
                List.of("sh", "-c", script),
                new TreeMap<>(),
                "/data",
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS,
                user,
                new TreeSet<>(List.of("/data")));
        return (Image.KernelAndInitrd) Composer.compose(kernel(), tree, settings, temp.resolve("image"));
    }
}
