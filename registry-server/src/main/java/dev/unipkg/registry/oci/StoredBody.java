package dev.unipkg.registry.oci;

import dev.unipkg.storage.Download;
import dev.unipkg.storage.Range;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.jboss.resteasy.reactive.PathPart;

/// Bytes of the store as the body of an answer: from a file by `sendfile`, from elsewhere piece by piece, as their
/// reader
/// reads. So however many read slowly, and however much, next to nothing of it is in memory.
final class StoredBody {

    private static final int PIECE_BYTES = 64 << 10;

    private StoredBody() {}

    static Object of(Download download) throws IOException {
        return of(download, 0, download.size());
    }

    /// What the framework sends as that part of the download.
    static Object of(Download download, long offset, long length) throws IOException {
        return switch (download) {
            case Download.LocalFile(var path, var size) -> new PathPart(path, offset, length);
            case Download.Bytes bytes -> inPieces(bytes.open(new Range(offset, length)));
            case Download.At at -> throw new IllegalStateException("a redirect has no body: " + at.uri());
        };
    }

    /// The framework waits for a reader whose connection is full, and that it is full is known when the event loop has
    /// come to what was handed to it.
    private static StreamingOutput inPieces(InputStream bytes) {
        Context eventLoop = Vertx.currentContext();
        return out -> {
            try (bytes) {
                byte[] piece = new byte[PIECE_BYTES];
                for (int n = bytes.readNBytes(piece, 0, PIECE_BYTES);
                        n > 0;
                        n = bytes.readNBytes(piece, 0, PIECE_BYTES)) {
                    out.write(piece, 0, n);
                    out.flush();
                    CompletableFuture<Void> handedOver = new CompletableFuture<>();
                    eventLoop.runOnContext(handedOver::complete);
                    handedOver.join();
                }
            }
        };
    }
}
