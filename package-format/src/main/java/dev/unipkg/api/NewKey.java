package dev.unipkg.api;

import java.time.Instant;
import java.util.Optional;

/// The request for an API key.
///
/// @param namespace that it may publish to; empty for an administrator's key
/// @param expires when it stops being good; empty where only the key that asks limits it
public record NewKey(Optional<String> namespace, Optional<String> description, Optional<Instant> expires)
        implements ApiRecord {

    /// The most characters of a description.
    public static final int MAX_DESCRIPTION = 200;
}
