package dev.unipkg.format;

import java.io.IOException;

/// Thrown by whatever reads untrusted bytes when it [refuses][Refusal] them.
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.message());
        this.refusal = refusal;
    }

    public RefusedException(Refusal refusal, Throwable cause) {
        super(refusal.message(), cause);
        this.refusal = refusal;
    }

    /// The reason.
    public Refusal refusal() {
        return refusal;
    }
}
