package dev.unipkg.registry.oci;

import dev.unipkg.storage.Download;
import dev.unipkg.storage.Range;
import java.io.IOException;
import org.jboss.resteasy.reactive.PathPart;

/// Bytes of the store as the body of an answer: from a file by `sendfile`, from elsewhere as a stream, which is
/// sent as its reader reads. So slow readers occupy next to no memory.
final class StoredBody {

    private StoredBody() {}

    static Object of(Download download) throws IOException {
        return of(download, 0, download.size());
    }

    /// The response entity for a part of the download.
    static Object of(Download download, long offset, long length) throws IOException {
        return switch (download) {
            case Download.LocalFile(var path, var size) -> new PathPart(path, offset, length);
            case Download.Bytes bytes -> bytes.open(new Range(offset, length));
            case Download.At at -> throw new IllegalStateException("a redirect has no body: " + at.uri());
        };
    }
}
