package dev.unipkg.kernels.unikraft;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.VerifyingInputStream;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/// One layer of a Unikraft image.
///
/// @param descriptor in the manifest; the bytes are verified against it while they are read
public record UnikraftLayer(Descriptor descriptor, Content content) {

    /// The most layers of a build. kraftkit writes two or three.
    public static final int MAX_LAYERS = 32;

    private static final Set<String> TAR =
            Set.of(MediaTypes.LAYER_TAR, "application/vnd.unikraft.image.v1", "application/vnd.unikraft.rootfs.diff");

    private static final Set<String> TAR_GZIP = Set.of(
            MediaTypes.LAYER_TAR_GZIP,
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.unikraft.image.v1+gzip",
            "application/vnd.unikraft.rootfs.diff+gzip");

    private static final int BUFFER = 128 << 10;

    /// Requires layers that can be read, are named by their SHA-256 and are not too large. Asked before they are
    /// fetched.
    ///
    /// @throws RefusedException naming the layer
    public static void requireReadable(List<Descriptor> layers) throws RefusedException {
        if (layers.size() > MAX_LAYERS) {
            throw new DocumentRefusal.InvalidValue("layers", layers.size() + " entries", "at most " + MAX_LAYERS)
                    .asException();
        }
        long bytes = 0;
        for (int i = 0; i < layers.size(); i++) {
            Descriptor layer = layers.get(i);
            if (!TAR.contains(layer.mediaType()) && !TAR_GZIP.contains(layer.mediaType())) {
                throw new DocumentRefusal.UnknownMediaType(
                                "layers[" + i + "].mediaType",
                                layer.mediaType(),
                                MediaTypes.LAYER_TAR + " or " + MediaTypes.LAYER_TAR_GZIP)
                        .asException();
            }
            layer.requireSha256("layers[" + i + "]");
            if (layer.size() > Limits.DEFAULT.bytes() - bytes) {
                throw new ContentRefusal.TooLarge("the build", Limits.DEFAULT.bytes()).asException();
            }
            bytes += layer.size();
        }
    }

    boolean isGzip() {
        return TAR_GZIP.contains(descriptor.mediaType());
    }

    /// The bytes of the layer, verified at their end.
    InputStream open() throws IOException {
        return new VerifyingInputStream(
                new BufferedInputStream(content.open(), BUFFER), descriptor.digest(), descriptor.size());
    }

    /// The layer in messages.
    String called() {
        return "the layer " + descriptor.digest();
    }
}
