package dev.unipkg.cli.machine.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.kernels.linux.DebianFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program of a Linux guest reads what pkg is given.
@Timeout(240)
class StdinBootTest {
    @TempDir
    Path temp;

    @Test
    void programReadsEveryByteAsItsUserAndByName() throws Exception {
        byte[] input = new byte[10_000_000];
        new Random(7).nextBytes(input);
        Booting booting = new Booting(temp, image("web", "sha256sum /dev/stdin")).reading(input);
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(booting.console()).isEqualTo(Digest.of(input).hex() + "  /dev/stdin\n");
    }

    @Test
    void programFindsTheEndOfInput() throws Exception {
        Image image = image("", "cat; cat /dev/stdin");
        Booting empty = new Booting(temp, image).reading(new byte[0]);
        assertThat(empty.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(empty.console()).isEmpty();
        Booting unended = new Booting(temp, image).reading("x".getBytes(US_ASCII));
        assertThat(unended.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(unended.console()).isEqualTo("x");
    }

    @Test
    void programWithoutInputFindsNothingToRead() throws Exception {
        Booting booting = new Booting(temp, image("", "cat; readlink /proc/self/fd/0"));
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(0));
        assertThat(booting.console()).isEqualTo("/dev/null\n");
    }

    private Image image(String user, String script) throws Exception {
        TinyServer.requireQemu();
        KernelRelease kernel = KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty());
        FileTree tree = FileTree.builder()
                .file("bin/busybox", kernel.file("busybox"), true)
                .build();
        ImageSettings settings = new ImageSettings(
                "/bin/busybox",
                List.of("sh", "-c", script),
                new TreeMap<>(),
                "",
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS,
                user,
                new TreeSet<>());
        return Composer.compose(kernel, tree, settings, temp.resolve("image"));
    }
}
