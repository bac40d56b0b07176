package dev.unipkg.api;

import java.util.Optional;

/// How much a namespace has, each content counted once.
///
/// @param limitBytes the most that it may have; absent where there is no limit
public record NamespaceBytes(String namespace, long bytes, Optional<Long> limitBytes) implements ApiRecord {}
