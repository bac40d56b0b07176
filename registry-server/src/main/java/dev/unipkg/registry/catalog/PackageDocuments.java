package dev.unipkg.registry.catalog;

import dev.unipkg.api.BuildInfo;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.LayerKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The documents of the native API about a package and its versions, made of the catalog's rows.
@ApplicationScoped
public class PackageDocuments {

    private final Catalog catalog;

    PackageDocuments(Catalog catalog) {
        this.catalog = catalog;
    }

    /// The document about a package.
    public PackageInfo info(Repository repository) {
        Optional<Instant> updated = PublishedVersion.<PublishedVersion>find(
                        "repositoryId = ?1 order by publishedAt desc", repository.id)
                .firstResultOptional()
                .map(version -> version.publishedAt);
        return new PackageInfo(
                repository.packageName(),
                Optional.ofNullable(repository.description),
                Optional.ofNullable(repository.licenses),
                Optional.ofNullable(repository.source),
                Optional.ofNullable(repository.documentation),
                catalog.latest(repository).map(version -> new Version(version.version)),
                catalog.tags(repository),
                PublishedVersion.count("repositoryId", repository.id),
                updated);
    }

    /// The document about a version, with all of its builds.
    public VersionInfo version(Repository repository, PublishedVersion version) throws RefusedException {
        List<BuildInfo> builds = new ArrayList<>();
        for (PublishedBuild build : PublishedBuild.of(version)) {
            builds.add(info(build));
        }
        return new VersionInfo(
                repository.packageName(),
                new Version(version.version),
                version.contentDigest(),
                version.publishedAt,
                builds);
    }

    private static BuildInfo info(PublishedBuild build) throws RefusedException {
        List<BuildInfo.Layer> layers = new ArrayList<>();
        for (BuildLayer layer : BuildLayer.of(build)) {
            layers.add(new BuildInfo.Layer(
                    LayerKind.find(layer.label).orElseThrow(),
                    Digest.parse(layer.digest),
                    layer.size,
                    Optional.ofNullable(layer.diffId).map(Digest::parse).orElseThrow()));
        }
        ImageConfig config = ImageConfig.read(build.config.getBytes(StandardCharsets.UTF_8));
        return new BuildInfo(
                Arch.of(build.arch), Digest.parse(build.digest), build.size, BuildInfo.Config.of(config), layers);
    }
}
