package dev.unipkg.registry.edge;

import dev.unipkg.registry.oci.CountedBody;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Holds the last byte of a download back until the system has taken all others and the download is recorded. So a
/// client that has all bytes is counted, and one that left before is not.
final class LastByte {

    private LastByte() {}

    static StreamingOutput of(CountedBody body, RoutingContext context) {
        HttpServerResponse response = context.response();
        ConnectionState connection = ConnectionState.of(context);
        Context eventLoop = Vertx.currentContext();
        return out -> {
            connection.takeAsSent(true);
            try (InputStream bytes = body.bytes()) {
                long sent = InPieces.send(bytes, body.length() - 1, out, eventLoop);
                int last = sent == body.length() - 1 ? bytes.read() : -1;
                if (last < 0) {
                    throw new EOFException("a blob ended after " + sent + " of " + body.length() + " bytes");
                }
                if (sent > 0) {
                    awaitTaken(response);
                }
                if (response.closed()) {
                    throw new ClosedChannelException();
                }
                body.download().run();
                out.write(last);
            } finally {
                connection.takeAsSent(false);
            }
        };
    }

    /// Returns when the system has taken all that was written before, which it does in order.
    private static void awaitTaken(HttpServerResponse response) throws IOException {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        response.write(Buffer.buffer()).onComplete(done -> {
            if (done.succeeded()) {
                taken.complete(null);
            } else {
                taken.completeExceptionally(done.cause());
            }
        });
        try {
            taken.join();
        } catch (CompletionException e) {
            ClosedChannelException gone = new ClosedChannelException();
            gone.initCause(e.getCause());
            throw gone;
        }
    }
}
