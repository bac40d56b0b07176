package dev.unipkg.api;

import java.time.Instant;

/// A namespace: the first part of package names, and whom keys are bound to.
public record NamespaceInfo(String name, Instant created) implements ApiRecord {}
