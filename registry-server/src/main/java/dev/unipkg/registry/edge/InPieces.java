package dev.unipkg.registry.edge;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

/// A body that is sent as its reader reads. The framework waits for a reader whose connection is full. It knows
/// that the connection is full when the event loop has come to the piece before.
final class InPieces {

    private static final int PIECE_BYTES = 64 << 10;

    private InPieces() {}

    /// All bytes of the stream, which is closed at the end.
    static StreamingOutput of(InputStream bytes) {
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
