package dev.unipkg.api;

/// The registry's description of itself, at `/api/v1`.
///
/// @param name `unipkg`
/// @param version of the registry
/// @param api the newest version of this API that it speaks, as in `v1`
public record ServerInfo(String name, String version, String api) implements ApiRecord {}
