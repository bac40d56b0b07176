package dev.unipkg.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;

/// A document of the native HTTP API, implemented by records. The members of its JSON are its components by name; an
/// empty [java.util.Optional] is left out. Readers ignore members they do not know, so that documents can grow.
public interface ApiRecord {

    /// Reads a document.
    ///
    /// @throws RefusedException with the path of the member that is missing or has a value it cannot have
    static <T extends ApiRecord> T read(byte[] json, Class<T> type) throws RefusedException {
        return read(Json.parseObject(json, JsonLimits.DEFAULT), type);
    }

    /// Reads a document that is parsed already.
    static <T extends ApiRecord> T read(Fields fields, Class<T> type) throws RefusedException {
        return type.cast(RecordCodec.of(type).read(fields));
    }

    /// Whether empty lists, sets and maps are left out, as OCI's `omitempty` does.
    default boolean omitsEmpty() {
        return false;
    }

    /// The document.
    default Json.Obj toJson() {
        return RecordCodec.of(getClass()).write(this);
    }

    /// The document as it travels.
    default byte[] toBytes() {
        return toJson().toBytes();
    }
}
