package dev.unipkg.cli.settings;

import java.time.Duration;
import java.util.Map;

/// The settings of one command, read once.
///
/// @param registry the registry's address as the person gave it
/// @param retryPause how long to wait before something that failed is tried again for the first time
/// @param offline whether to open no socket
/// @param environment the variables of the process, which say where docker and podman keep their logins
public record ClientSettings(
        Home home,
        UserConfig config,
        String registry,
        Duration retryPause,
        boolean offline,
        Map<String, String> environment) {

    /// The registry of a checkout that was just started.
    public static final String DEFAULT_REGISTRY = "http://localhost:8080";

    /// Short enough not to be felt, long enough for a registry to catch its breath.
    public static final Duration DEFAULT_RETRY_PAUSE = Duration.ofMillis(250);

    /// The same settings with another registry.
    public ClientSettings at(String other) {
        return new ClientSettings(home, config, other, retryPause, offline, environment);
    }
}
