package dev.unipkg.format.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One package in a list.
///
/// @param latest the version that the tag `latest` means; empty before the first one
/// @param archs that the latest version has builds for
/// @param updated when a version was last published
public record PackageSummary(
        PackageName name,
        Optional<Version> latest,
        Optional<String> description,
        List<Arch> archs,
        Optional<Instant> updated)
        implements ApiRecord {

    public PackageSummary {
        archs = List.copyOf(archs);
    }

    static PackageSummary of(Fields fields) throws RefusedException {
        return new PackageSummary(
                fields.value("name", "namespace/name", PackageName::parse),
                fields.optionalValue("latest", "a version", Version::new),
                fields.optionalText("description"),
                fields.values("archs", "an architecture", Arch::of),
                fields.optionalTime("updated"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("name", name.toString())
                .putIfPresent("latest", latest)
                .putIfPresent("description", description)
                .put("archs", Json.texts(archs))
                .putIfPresent("updated", updated)
                .build();
    }
}
