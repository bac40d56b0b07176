package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;
import java.util.Optional;

/// A page of packages, by name.
///
/// @param next the cursor of the next page, for the query parameter `after`; empty on the last
public record PackageList(List<PackageSummary> packages, Optional<String> next) implements ApiRecord {

    public PackageList {
        packages = List.copyOf(packages);
    }

    public static PackageList read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new PackageList(fields.list("packages", PackageSummary::of), fields.optionalText("next"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll("packages", packages, PackageSummary::toJson)
                .putIfPresent("next", next)
                .build();
    }
}
