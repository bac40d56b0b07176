package dev.unipkg.api;

/// The request for a namespace.
public record NewNamespace(String name) implements ApiRecord {}
