package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;
import java.util.Optional;

/// A page of API keys, without their secrets.
///
/// @param next the cursor of the next page, for the query parameter `after`; empty on the last
public record KeyList(List<KeyInfo> keys, Optional<String> next) implements ApiRecord {

    public KeyList {
        keys = List.copyOf(keys);
    }

    public static KeyList read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new KeyList(fields.list("keys", KeyInfo::of), fields.optionalText("next"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll("keys", keys, KeyInfo::toJson)
                .putIfPresent("next", next)
                .build();
    }
}
