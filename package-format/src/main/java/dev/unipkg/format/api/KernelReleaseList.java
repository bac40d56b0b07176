package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;
import java.util.Optional;

/// A page of a kernel family's releases, the newest first in the order of versions.
///
/// @param next the cursor of the next page, for the query parameter `after`; empty on the last
public record KernelReleaseList(List<VersionSummary> releases, Optional<String> next) implements ApiRecord {

    public KernelReleaseList {
        releases = List.copyOf(releases);
    }

    public static KernelReleaseList read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new KernelReleaseList(fields.list("releases", VersionSummary::of), fields.optionalText("next"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll("releases", releases, VersionSummary::toJson)
                .putIfPresent("next", next)
                .build();
    }
}
