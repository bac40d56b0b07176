package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.machine.qemu.MemoryNeed;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A Linux guest that has its package in memory has all of its files, or does not start its program.
@Timeout(240)
class WholeTreeBootTest {
    private static final int FILES = 30_000;
    private static final int FILES_PER_FOLDER = 100;

    /// The files have some 105 MB in all.
    private static final int MOST_BYTES = 7000;

    @TempDir
    Path temp;

    /// Composed of [#FILES] files of random bytes; the program prints a digest over the digests of all of them.
    private final StringBuilder digests = new StringBuilder();

    @Test
    void guestWithItsLeastMemoryHasEveryFile() throws Exception {
        Image image = image("find . -type f | sort | xargs sha256sum | sha256sum");
        int least = Math.toIntExact(MemoryNeed.of(image, false).least().mebibytes());
        Booting booting = new Booting(temp, image).memory(least + 8);
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(booting.console().strip())
                .isEqualTo(Digest.of(digests.toString().getBytes(StandardCharsets.UTF_8))
                                .hex() + "  -");
    }

    /// The kernel's other root, tmpfs, leaves out what is beyond half of the memory.
    @Test
    void guestWithoutSomeOfItsFilesFailsAndSaysHowManyThereAre() throws Exception {
        Image.KernelAndInitrd image = (Image.KernelAndInitrd) image("echo the program runs");
        String commandLine = image.commandLine().replace("rootfstype=ramfs", "rootfstype=tmpfs");
        Image cut = new Image.KernelAndInitrd(image.kernel(), image.initrd(), commandLine, image.unpackedBytes());
        Booting booting = new Booting(temp, cut).memory(380);
        assertThatThrownBy(booting::run).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.exit()).isEqualTo(ExitCode.GUEST_FAILED);
            assertThat(failure.code()).isEqualTo("files-incomplete");
            assertThat(failure.text())
                    .matches("the files of test are not whole in its guest, which has 380M of memory: expected \\d+"
                            + " files and folders of \\d+ KiB, found \\d+ of \\d+ KiB");
            assertThat(failure.next()).contains("give it more memory, as in -m 760M");
        });
        assertThat(booting.console()).doesNotContain("the program runs");
    }

    private static KernelRelease withoutDisk(KernelRelease kernel) {
        SortedMap<String, Content> files = new TreeMap<>(kernel.files());
        files.keySet().removeIf(title -> title.endsWith("-erofs.ko"));
        return new KernelRelease(kernel.family(), kernel.version(), kernel.arch(), files);
    }

    private Image image(String script) throws Exception {
        TinyServer.requireQemu();
        KernelRelease kernel =
                withoutDisk(KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty()));
        FileTree.Builder tree = FileTree.builder().file("bin/busybox", kernel.file("busybox"), true);
        Random random = new Random(11);
        for (int i = 0; i < FILES; i++) {
            String path = String.format(Locale.ROOT, "data/%03d/%05d", i / FILES_PER_FOLDER, i);
            byte[] bytes = new byte[random.nextInt(MOST_BYTES)];
            random.nextBytes(bytes);
            tree.file(path, new Content.Bytes(bytes), false);
            digests.append(Digest.of(bytes).hex())
                    .append("  ./")
                    .append(path.substring("data/".length()))
                    .append('\n');
        }
        ImageSettings settings = new ImageSettings(
                "/bin/busybox",
                List.of("sh", "-c", script),
                new TreeMap<>(),
                "/data",
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS);
        return Composer.compose(kernel, tree.build(), settings, temp.resolve("image"));
    }
}
