package dev.unipkg.cli.talk;

/// What `pkg` ends with. Documented in `docs/reference/pkg.md`; scripts may rely on these numbers.
public enum ExitCode {
    DONE(0, "done"),
    FAILED(1, "failed"),
    USAGE(2, "usage"),
    NOT_FOUND(3, "not-found"),
    REFUSED(4, "refused"),
    NETWORK(5, "network"),
    GUEST_FAILED(6, "guest-failed");

    private final int number;
    private final String word;

    ExitCode(int number, String word) {
        this.number = number;
        this.word = word;
    }

    /// The process exit status, 0 to 6.
    public int number() {
        return number;
    }

    /// The word that stands for it in `--output json`, for instance `not-found`.
    public String word() {
        return word;
    }
}
