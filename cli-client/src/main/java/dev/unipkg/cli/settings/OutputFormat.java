package dev.unipkg.cli.settings;

import java.util.Locale;

/// The format of the result on stdout.
public enum OutputFormat {
    /// People, and shells that take a digest or a path.
    TEXT,
    /// Programs; the shapes are documented and stable.
    JSON;

    /// `text` or `json`, as they are typed.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
