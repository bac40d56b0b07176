package dev.unipkg.registry.problems;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The client left in the middle of its request, or sent nothing for too long. That is no fault of the registry's, and
/// nobody hears its answer.
public final class ClientGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    public ClientGoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
