package dev.unipkg.format.api;

import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.ObjBuilder;
import java.util.Optional;

/// How much a namespace has, each content counted once.
///
/// @param limitBytes the most that it may have; absent where there is no limit
public record NamespaceBytes(String namespace, long bytes, Optional<Long> limitBytes) implements ApiRecord {

    @Override
    public Json.Obj toJson() {
        ObjBuilder json = Json.object().put("namespace", namespace).put("bytes", bytes);
        limitBytes.ifPresent(limit -> json.put("limitBytes", limit));
        return json.build();
    }
}
