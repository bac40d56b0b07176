package dev.unipkg.api;

import dev.unipkg.format.Version;

/// The request that makes a tag, or a channel, point at a version.
public record PointTo(Version version) implements ApiRecord {}
