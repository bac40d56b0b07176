package dev.unipkg.cli.machine;

import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.KernelRelease;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class LinuxBootTest implements BootContract {
    @TempDir
    static Path images;

    @Override
    public Image image(String... arguments) throws Exception {
        TinyServer.requireQemu();
        KernelRelease kernel = KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty());
        return TinyServer.image(kernel, images.resolve("image" + String.join("-", arguments)), List.of(arguments));
    }
}
