package dev.unipkg.cli.output;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one way a command ends without its result: a sentence that says what went wrong (what was expected and
/// what was there), a next step where there is one, and the exit code.
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exit;
    private final String code;
    private final @Nullable String next;

    /// @param code the stable kebab-case token of this failure for `--output json`
    /// @param message what happened, without a trailing full stop
    public Failure(ExitCode exit, String code, String message) {
        this(exit, code, message, null, null);
    }

    private Failure(ExitCode exit, String code, String message, @Nullable String next, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
        this.code = code;
        this.next = next;
    }

    public static Failure failed(String message) {
        return new Failure(ExitCode.FAILED, "failed", message);
    }

    public static Failure usage(String message) {
        return new Failure(ExitCode.USAGE, "usage", message);
    }

    public static Failure notFound(String message) {
        return new Failure(ExitCode.NOT_FOUND, "not-found", message);
    }

    public static Failure refused(String code, String message) {
        return new Failure(ExitCode.REFUSED, code, message);
    }

    public static Failure network(String message) {
        return new Failure(ExitCode.NETWORK, "network", message);
    }

    /// The same failure with a next step, an imperative such as `run pkg login`.
    public Failure next(String step) {
        return new Failure(exit, code, text(), step, getCause());
    }

    /// The same failure with what caused it, shown only with `--debug`.
    public Failure causedBy(Throwable cause) {
        return new Failure(exit, code, text(), next, cause);
    }

    public ExitCode exit() {
        return exit;
    }

    public String code() {
        return code;
    }

    /// The message: what happened.
    public String text() {
        String message = getMessage();
        return message == null ? code : message;
    }

    public Optional<String> next() {
        return Optional.ofNullable(next);
    }
}
