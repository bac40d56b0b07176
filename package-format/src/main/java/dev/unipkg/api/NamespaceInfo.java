package dev.unipkg.api;

import java.time.Instant;
import java.util.Optional;

/// A namespace: the first part of package names, and whom keys are bound to.
///
/// @param bytes the size of its content, each counted once; shown to its publishers only
/// @param limitBytes the most that it may have; shown with `bytes`, absent where there is no limit
public record NamespaceInfo(String name, Instant created, Optional<Long> bytes, Optional<Long> limitBytes)
        implements ApiRecord {}
