package dev.unipkg.cli.settings;

/// What holds for a whole command, read once and passed down.
///
/// @param registry the registry's address as the person gave it
/// @param offline whether to open no socket
/// @param quiet whether to say only failures
/// @param debug whether to show stack traces
public record Settings(
        Home home,
        UserConfig config,
        String registry,
        OutputFormat output,
        boolean offline,
        boolean quiet,
        boolean debug) {

    /// The registry of a checkout that was just started.
    public static final String DEFAULT_REGISTRY = "http://localhost:8080";
}
