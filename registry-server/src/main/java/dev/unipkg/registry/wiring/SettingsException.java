package dev.unipkg.registry.wiring;

/// Thrown at the start where a setting cannot be what it is; the message is one sentence for the operator.
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(String sentence) {
        super(sentence, null, false, false);
    }
}
