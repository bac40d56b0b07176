package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;
import java.util.Optional;

/// A page of namespaces.
///
/// @param next the cursor of the next page, for the query parameter `after`; empty on the last
public record NamespaceList(List<NamespaceInfo> namespaces, Optional<String> next) implements ApiRecord {

    public NamespaceList {
        namespaces = List.copyOf(namespaces);
    }

    public static NamespaceList read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new NamespaceList(fields.list("namespaces", NamespaceInfo::of), fields.optionalText("next"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll("namespaces", namespaces, NamespaceInfo::toJson)
                .putIfPresent("next", next)
                .build();
    }
}
