package dev.unipkg.format.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.time.Instant;
import java.util.List;

/// One version of a package, or one release of a kernel family, in a list.
///
/// @param digest of its OCI index
/// @param archs that it has builds for
public record VersionSummary(Version version, Digest digest, Instant published, List<Arch> archs) implements ApiRecord {

    public VersionSummary {
        archs = List.copyOf(archs);
    }

    static VersionSummary of(Fields fields) throws RefusedException {
        return new VersionSummary(
                fields.value("version", "a version", Version::new),
                fields.value("digest", "a digest", Digest::parse),
                fields.time("published"),
                fields.values("archs", "an architecture", Arch::of));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("version", version.text())
                .put("digest", digest.toString())
                .put("published", published.toString())
                .put("archs", Json.texts(archs))
                .build();
    }
}
