package dev.unipkg.api;

import java.time.Instant;
import java.util.Optional;

/// An API key, without or, once, with its secret.
///
/// @param id names the key; no secret
/// @param namespace that it may publish to; empty for an administrator's
/// @param description what its owner called it
/// @param expires when it stops being good; empty where it never does
/// @param key the secret itself, only in the answer that makes the key
public record KeyInfo(
        String id,
        Optional<String> namespace,
        String description,
        Instant created,
        Optional<Instant> expires,
        Optional<String> key)
        implements ApiRecord {}
