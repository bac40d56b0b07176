package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.time.Instant;

/// A namespace: the first part of package names, and whom keys are bound to.
public record NamespaceInfo(String name, Instant created) implements ApiRecord {

    public static NamespaceInfo read(byte[] json) throws RefusedException {
        return of(Json.parseObject(json, JsonLimits.DEFAULT));
    }

    static NamespaceInfo of(Fields fields) throws RefusedException {
        return new NamespaceInfo(fields.text("name"), fields.time("created"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("name", name)
                .put("created", created.toString())
                .build();
    }
}
