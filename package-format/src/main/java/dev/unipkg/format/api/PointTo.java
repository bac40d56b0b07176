package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;

/// The request that makes a tag, or a channel, point at a version.
public record PointTo(Version version) implements ApiRecord {

    public static PointTo read(byte[] json) throws RefusedException {
        return new PointTo(Json.parseObject(json, JsonLimits.DEFAULT).value("version", "a version", Version::new));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object().put("version", version.text()).build();
    }
}
