package dev.unipkg.cli.output;

/// Exit codes of `pkg`, as in `docs/reference/pkg.md`. Stable: scripts rely on them.
public enum ExitCode {
    DONE(0),
    FAILED(1),
    USAGE(2),
    NOT_FOUND(3),
    REFUSED(4),
    NETWORK(5),
    GUEST_FAILED(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /// The process exit status, 0 to 6.
    public int number() {
        return number;
    }
}
