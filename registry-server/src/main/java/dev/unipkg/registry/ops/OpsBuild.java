package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// A build that ops can load: one entry of its package list.
///
/// @param id of the build's row
/// @param description of the package
/// @param tarball where one has been made
record OpsBuild(
        long id,
        PackageName name,
        Version version,
        Arch arch,
        Optional<String> description,
        Instant published,
        Optional<Tarball> tarball) {

    /// The same with its tarball.
    OpsBuild with(Tarball made) {
        return new OpsBuild(id, name, version, arch, description, published, Optional.of(made));
    }

    /// The root folder of its tarball.
    String folder() {
        return name.name() + "_" + version;
    }

    /// The entry, with the members that clients of ops read. Packages have no language here, so it is empty; so is the
    /// digest before the first client asks for it.
    Json.Obj toJson() {
        return Json.object()
                .put("name", name.name())
                .put("namespace", name.namespace())
                .put("version", version.text())
                .put("language", "")
                .put("description", description.orElse(""))
                .put("sha256", tarball.map(made -> made.digest().hex()).orElse(""))
                .put("arch", arch.toString())
                .put("created_at", published.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }
}
