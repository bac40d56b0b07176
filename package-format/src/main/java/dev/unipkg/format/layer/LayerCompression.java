package dev.unipkg.format.layer;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;

/// How the tar of a layer is wrapped.
public enum LayerCompression {
    NONE("application/vnd.oci.image.layer.v1.tar"),
    ZSTD("application/vnd.oci.image.layer.v1.tar+zstd");

    private final String mediaType;

    LayerCompression(String mediaType) {
        this.mediaType = mediaType;
    }

    /// The OCI media type of layers wrapped so.
    public String mediaType() {
        return mediaType;
    }

    /// The compression of a layer of this media type.
    ///
    /// @throws RefusedException when it is neither a plain tar nor one in zstd
    public static LayerCompression ofMediaType(String mediaType) throws RefusedException {
        for (LayerCompression compression : values()) {
            if (compression.mediaType.equals(mediaType)) {
                return compression;
            }
        }
        throw new ArchiveRefusal.UnknownCompression(mediaType).asException();
    }

    InputStream unwrap(InputStream blob) throws IOException {
        return switch (this) {
            case NONE -> blob;
            case ZSTD -> new ZstdFrameInputStream(blob);
        };
    }
}
