package dev.unipkg.registry.ops;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.ObjBuilder;
import dev.unipkg.registry.counts.CountedBuild;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// A build that ops can load: one entry of its package list.
///
/// @param id of the build's row
/// @param counted what its downloads count for
/// @param description of the package
/// @param tarball where one has been made
/// @param downloads how many there were; absent where they are not counted, or not asked for
record OpsBuild(
        long id,
        PackageName name,
        CountedBuild counted,
        Optional<String> description,
        Instant published,
        Optional<Tarball> tarball,
        Optional<Long> downloads) {

    Version version() {
        return counted.version();
    }

    /// The same with its tarball.
    OpsBuild with(Tarball made) {
        return new OpsBuild(id, name, counted, description, published, Optional.of(made), downloads);
    }

    /// The root folder of its tarball.
    String folder() {
        return name.name() + "_" + version();
    }

    /// The entry, with the members that clients of ops read. Packages have no language here, so it is empty; so is the
    /// digest before the first client asks for it.
    Json.Obj toJson() {
        ObjBuilder entry = Json.object()
                .put("name", name.name())
                .put("namespace", name.namespace())
                .put("version", version().text())
                .put("language", "")
                .put("description", description.orElse(""))
                .put("sha256", tarball.map(made -> made.digest().hex()).orElse(""))
                .put("arch", counted.arch().toString())
                .put("created_at", published.truncatedTo(ChronoUnit.SECONDS).toString());
        downloads.ifPresent(count -> entry.put("download_count", count));
        return entry.build();
    }
}
