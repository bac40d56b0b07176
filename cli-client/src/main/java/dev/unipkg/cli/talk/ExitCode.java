package dev.unipkg.cli.talk;

/// What `pkg` ends with. Documented in `docs/reference/pkg.md`; scripts may rely on these numbers.
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
