package dev.unipkg.cli.settings;

/// What the result on stdout is written for.
public enum OutputFormat {
    /// People, and shells that take a digest or a path.
    TEXT,
    /// Programs; the shapes are documented and stable.
    JSON
}
