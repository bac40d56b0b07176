package dev.unipkg.format.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A version of a package and its builds.
///
/// @param digest of its OCI index
public record VersionInfo(PackageName name, Version version, Digest digest, Instant published, List<BuildInfo> builds)
        implements ApiRecord {

    public VersionInfo {
        builds = List.copyOf(builds);
    }

    /// The build for an architecture.
    public Optional<BuildInfo> build(Arch arch) {
        return builds.stream().filter(build -> build.arch() == arch).findFirst();
    }

    public static VersionInfo read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new VersionInfo(
                fields.value("name", "namespace/name", PackageName::parse),
                fields.value("version", "a version", Version::new),
                fields.value("digest", "a digest", Digest::parse),
                fields.time("published"),
                fields.list("builds", BuildInfo::of));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("name", name.toString())
                .put("version", version.text())
                .put("digest", digest.toString())
                .put("published", published.toString())
                .putAll("builds", builds, BuildInfo::toJson)
                .build();
    }
}
