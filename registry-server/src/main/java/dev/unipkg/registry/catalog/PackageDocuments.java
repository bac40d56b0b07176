package dev.unipkg.registry.catalog;

import dev.unipkg.api.BuildInfo;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.registry.counts.DownloadCounts;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The documents of the native API about a package and its versions, made of the catalog's rows.
@ApplicationScoped
public class PackageDocuments {

    private final Catalog catalog;
    private final DownloadCounts downloads;

    PackageDocuments(Catalog catalog, DownloadCounts downloads) {
        this.catalog = catalog;
        this.downloads = downloads;
    }

    /// The document about a package.
    public PackageInfo info(Repository repository) {
        Optional<Instant> updated = PublishedVersion.<PublishedVersion>find(
                        "repository = ?1 order by publishedAt desc", repository)
                .firstResultOptional()
                .map(version -> version.publishedAt);
        return new PackageInfo(
                repository.packageName(),
                Optional.ofNullable(repository.description),
                Optional.ofNullable(repository.licenses),
                Optional.ofNullable(repository.source),
                Optional.ofNullable(repository.documentation),
                catalog.latest(repository).map(version -> version.version),
                catalog.tags(repository),
                repository.versions,
                updated,
                downloads.ofRepository(repository.id));
    }

    /// The document about a version, with all of its builds.
    public VersionInfo version(Repository repository, PublishedVersion version) throws RefusedException {
        List<BuildInfo> builds = new ArrayList<>();
        for (PublishedBuild build : PublishedBuild.of(version)) {
            builds.add(info(build));
        }
        return new VersionInfo(
                repository.packageName(),
                version.version,
                version.digest,
                version.publishedAt,
                builds,
                Optional.ofNullable(downloads
                        .ofVersions(repository.id, List.of(version.version))
                        .get(version.version)));
    }

    private static BuildInfo info(PublishedBuild build) throws RefusedException {
        List<BuildInfo.Layer> layers = new ArrayList<>();
        for (BuildLayer layer : build.layers) {
            layers.add(new BuildInfo.Layer(
                    LayerKind.find(layer.label()).orElseThrow(),
                    layer.digest(),
                    layer.size(),
                    Objects.requireNonNull(layer.diffId(), "a package's layer has the digest of what it unpacks to")));
        }
        ImageConfig config = ImageConfig.read(build.config.getBytes(StandardCharsets.UTF_8));
        return new BuildInfo(build.arch, build.digest, build.size, BuildInfo.Config.of(config), layers);
    }
}
