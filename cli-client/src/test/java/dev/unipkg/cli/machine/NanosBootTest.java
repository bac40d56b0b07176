package dev.unipkg.cli.machine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.KernelRelease;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class NanosBootTest implements BootContract {
    private static final String RELEASE = "UNIPKG_NANOS_RELEASE";

    @TempDir
    static Path images;

    @Override
    public Image image(String... arguments) throws Exception {
        TinyServer.requireQemu();
        String tarball = System.getenv(RELEASE);
        assumeTrue(tarball != null, RELEASE + " names no Nanos release tarball, so no Nanos boots here");
        KernelRelease kernel = KernelRelease.readSource(Family.NANOS, Path.of(tarball), Optional.empty());
        return TinyServer.image(kernel, images.resolve("image" + String.join("-", arguments)), List.of(arguments));
    }
}
