package dev.unipkg.cli.machine.boot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.Shell;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/// Images of `tiny-server.c`.
final class TinyServer {
    private static final String NAME = "tiny-server";

    private TinyServer() {}

    static Image image(KernelRelease kernel, Path folder, List<String> arguments) throws IOException {
        FileTree tree = FileTree.builder().file("bin/" + NAME, program(), true).build();
        ImageSettings settings = new ImageSettings(
                "/bin/" + NAME, arguments, new TreeMap<>(), "", 0, List.of(), new TreeMap<>(), Firmware.BIOS);
        return Composer.compose(kernel, tree, settings, folder);
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
