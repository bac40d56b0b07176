package dev.unipkg.format.api;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A package.
///
/// @param description of the latest version, as are licenses, source and documentation
/// @param latest the version that the tag `latest` means; empty before the first one
/// @param tags the tags that were moved by hand, and where they point
/// @param versions how many there are
/// @param updated when a version was last published
public record PackageInfo(
        PackageName name,
        Optional<String> description,
        Optional<String> licenses,
        Optional<String> source,
        Optional<String> documentation,
        Optional<Version> latest,
        SortedMap<String, Version> tags,
        long versions,
        Optional<Instant> updated)
        implements ApiRecord {

    public PackageInfo {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    public static PackageInfo read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new PackageInfo(
                fields.value("name", "namespace/name", PackageName::parse),
                fields.optionalText("description"),
                fields.optionalText("licenses"),
                fields.optionalText("source"),
                fields.optionalText("documentation"),
                fields.optionalValue("latest", "a version", Version::new),
                fields.valueMap("tags", "a version", Version::new),
                fields.number("versions", 0, Json.Num.MAX),
                fields.optionalTime("updated"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("name", name.toString())
                .putIfPresent("description", description)
                .putIfPresent("licenses", licenses)
                .putIfPresent("source", source)
                .putIfPresent("documentation", documentation)
                .putIfPresent("latest", latest)
                .putTexts("tags", tags)
                .put("versions", versions)
                .putIfPresent("updated", updated)
                .build();
    }
}
