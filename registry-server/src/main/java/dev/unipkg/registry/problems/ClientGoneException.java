package dev.unipkg.registry.problems;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The client left in the middle of its request, or sent nothing for too long. It is not a fault of the
/// registry, and no answer is sent.
public final class ClientGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    /// The kernel's words for it (`errno(3)`).
    private static final Pattern WORDS = Pattern.compile(
            "Broken pipe|Connection reset|Connection timed out|No route to host|Network is unreachable");

    public ClientGoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// Whether a failure says that, in whichever words.
    public static boolean isSaidBy(Throwable failure) {
        return failure instanceof ClientGoneException
                || failure instanceof ClosedChannelException
                || failure instanceof HttpClosedException
                || (failure instanceof IOException
                        && WORDS.matcher(String.valueOf(failure.getMessage())).find());
    }
}
