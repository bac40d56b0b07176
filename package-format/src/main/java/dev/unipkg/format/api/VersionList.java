package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;
import java.util.Optional;

/// A page of a package's versions, the newest first in the order of versions.
///
/// @param next the cursor of the next page, for the query parameter `after`; empty on the last
public record VersionList(List<VersionSummary> versions, Optional<String> next) implements ApiRecord {

    public VersionList {
        versions = List.copyOf(versions);
    }

    public static VersionList read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new VersionList(fields.list("versions", VersionSummary::of), fields.optionalText("next"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll("versions", versions, VersionSummary::toJson)
                .putIfPresent("next", next)
                .build();
    }
}
