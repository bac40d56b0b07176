package dev.unipkg.registry.edge;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
                send(bytes, Long.MAX_VALUE, out, eventLoop);
            }
        };
    }

    /// Sends bytes of a stream up to its end, at most `limit`.
    ///
    /// @return how many were sent
    static long send(InputStream bytes, long limit, OutputStream out, Context eventLoop) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long sent = 0;
        while (sent < limit) {
            int n = bytes.readNBytes(piece, 0, (int) Math.min(PIECE_BYTES, limit - sent));
            if (n == 0) {
                break;
            }
            out.write(piece, 0, n);
            out.flush();
            sent += n;
            CompletableFuture<Void> handedOver = new CompletableFuture<>();
            eventLoop.runOnContext(handedOver::complete);
            handedOver.join();
        }
        return sent;
    }
}
