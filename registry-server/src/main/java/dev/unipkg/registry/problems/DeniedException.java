package dev.unipkg.registry.problems;

/// Thrown where a caller may not do what was asked; the problems room makes the answer.
public final class DeniedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Denial denial;

    public DeniedException(Denial denial) {
        super(denial.message(), null, false, false);
        this.denial = denial;
    }

    public Denial denial() {
        return denial;
    }
}
