package dev.unipkg.cli.machine.boot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.Shell;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.kernels.linux.DebianFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Images of `tiny-server.c`.
final class TinyServer {
    private static final String NAME = "tiny-server";
    private static final String NANOS_RELEASE = "UNIPKG_NANOS_RELEASE";

    private TinyServer() {}

    private static Image image(KernelRelease kernel, Path folder, List<String> arguments) throws IOException {
        FileTree tree = FileTree.builder().file("bin/" + NAME, program(), true).build();
        ImageSettings settings = new ImageSettings(
                "/bin/" + NAME, arguments, new TreeMap<>(), "", 0, List.of(), new TreeMap<>(), Firmware.BIOS);
        return Composer.compose(kernel, tree, settings, folder);
    }

    /// An image with Debian's kernel, for a program with these arguments; skips the test where it cannot be made.
    static Image onLinux(Path images, String... arguments) throws Exception {
        requireQemu();
        KernelRelease kernel = KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty());
        return image(kernel, images.resolve("image" + String.join("-", arguments)), List.of(arguments));
    }

    /// The same with a release of Nanos.
    static Image onNanos(Path images, String... arguments) throws Exception {
        requireQemu();
        String tarball = System.getenv(NANOS_RELEASE);
        assumeTrue(
                tarball != null && !tarball.isBlank(),
                NANOS_RELEASE + " names no Nanos release tarball, so no Nanos boots here");
        KernelRelease kernel = KernelRelease.readSource(Family.NANOS, Path.of(tarball), Optional.empty());
        return image(kernel, images.resolve("image" + String.join("-", arguments)), List.of(arguments));
    }

    static void requireQemu() {
        String name = new Machine.Microvm().program().name();
        assumeTrue(
                Shell.find(name).isPresent(),
                name + " is not installed, so nothing boots here; on Debian: apt-get install qemu-system-x86");
    }

    private static Content program() throws IOException {
        try (InputStream resource = TinyServer.class.getResourceAsStream(NAME)) {
            return new Content.Bytes(resource.readAllBytes());
        }
    }
}
