package dev.unipkg.registry.edge;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.regex.Pattern;

/// Tells failures that the client caused, because it left or stood still, from faults of the registry.
public final class ClientGone {

    /// The kernel's words for it (`errno(3)`).
    private static final Pattern WORDS = Pattern.compile(
            "Broken pipe|Connection reset|Connection timed out|No route to host|Network is unreachable");

    private ClientGone() {}

    /// Whether a failure says that the client left in the middle of its request or answer, or stood still.
    public static boolean isSaidBy(Throwable failure) {
        return failure instanceof ClosedChannelException
                || failure instanceof HttpClosedException
                || failure.getClass() == IOException.class && ReadAhead.STANDS_STILL.equals(failure.getMessage())
                || failure instanceof IOException
                        && WORDS.matcher(String.valueOf(failure.getMessage())).find();
    }
}
