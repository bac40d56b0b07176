package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;

/// What a registry says of itself, at `/api/v1`.
///
/// @param name `unipkg`
/// @param version of the registry
/// @param api the newest version of this API that it speaks, as in `v1`
public record ServerInfo(String name, String version, String api) implements ApiRecord {

    public static ServerInfo read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new ServerInfo(fields.text("name"), fields.text("version"), fields.text("api"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("name", name)
                .put("version", version)
                .put("api", api)
                .build();
    }
}
