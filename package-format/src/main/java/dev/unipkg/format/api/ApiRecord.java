package dev.unipkg.format.api;

import dev.unipkg.format.json.Json;

/// A document of the native HTTP API. The members of its JSON are its components by name; what is empty is left out.
/// Whoever reads one ignores members it does not know, so that documents can grow.
public interface ApiRecord {

    /// The document.
    Json.Obj toJson();

    /// The document as it travels.
    default byte[] toBytes() {
        return toJson().toBytes();
    }
}
