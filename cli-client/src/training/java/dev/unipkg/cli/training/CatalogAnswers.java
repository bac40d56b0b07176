package dev.unipkg.cli.training;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.ApiRecord;
import dev.unipkg.api.BuildInfo;
import dev.unipkg.api.Downloads;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.Page;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Answers of the native API about one package.
final class CatalogAnswers {
    private CatalogAnswers() {}

    /// The answers by path, without queries.
    ///
    /// @param published for this machine's architecture alone
    static Map<String, String> of(PackageName name, Version version, SampleVersion published) throws IOException {
        Map<String, String> answers = new TreeMap<>();
        records(name, version, published)
                .forEach((path, answer) -> answers.put(path, answer.toJson().toPrettyString()));
        return answers;
    }

    private static Map<String, ApiRecord> records(PackageName name, Version version, SampleVersion sample)
            throws IOException {
        Instant published = Instant.EPOCH;
        Digest index = sample.digest();
        Optional<String> description = Optional.of("a tool");
        List<Arch> archs = List.of(Arch.host());
        Descriptor build = sample.build(Arch.host());
        Optional<Downloads> downloads = Optional.of(new Downloads(12, 3));
        VersionInfo shown = new VersionInfo(name, version, index, published, List.of(info(sample, build)), downloads);
        String path = "/api/v1/packages/" + name;
        return Map.of(
                "/api/v1/packages",
                new Page<>(
                        ApiList.PACKAGES,
                        List.of(new PackageSummary(
                                name, Optional.of(version), description, archs, Optional.of(published), downloads)),
                        Optional.empty()),
                path,
                new PackageInfo(
                        name,
                        description,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(version),
                        new TreeMap<>(Map.of("stable", version)),
                        1,
                        Optional.of(published),
                        downloads),
                path + "/versions",
                new Page<>(
                        ApiList.VERSIONS,
                        List.of(new VersionSummary(version, index, published, archs, downloads)),
                        Optional.empty()),
                path + "/versions/" + version,
                shown,
                path + "/versions/latest",
                shown);
    }

    private static BuildInfo info(SampleVersion sample, Descriptor build) throws IOException {
        Manifest manifest = Manifest.read(sample.bytes(build.digest()));
        ImageConfig config =
                ImageConfig.read(sample.bytes(manifest.config().digest()));
        List<BuildInfo.Layer> layers = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            layers.add(new BuildInfo.Layer(
                    LayerKind.RUNTIME,
                    layer.digest(),
                    layer.size(),
                    config.diffIds().get(i)));
        }
        long size = manifest.layers().stream().mapToLong(Descriptor::size).sum();
        return new BuildInfo(Arch.host(), build.digest(), size, BuildInfo.Config.of(config), layers);
    }
}
