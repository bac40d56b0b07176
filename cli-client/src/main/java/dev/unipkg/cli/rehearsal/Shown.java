package dev.unipkg.cli.rehearsal;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.ApiRecord;
import dev.unipkg.api.BuildInfo;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.Page;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a registry's API shows of the one package it has.
final class Shown {
    private Shown() {}

    /// The answers by path, without queries.
    ///
    /// @param index of the version
    /// @param build its one build's manifest, which is on the shelf, as is its config
    static Map<String, ApiRecord> answers(
            Shelf shelf, PackageName name, Version version, Digest index, Descriptor build) throws IOException {
        Instant published = Instant.EPOCH;
        Optional<String> description = Optional.of("a tool");
        List<Arch> archs = List.of(Arch.host());
        VersionInfo shown = new VersionInfo(name, version, index, published, List.of(info(shelf, build)));
        String path = "/api/v1/packages/" + name;
        return Map.of(
                "/api/v1/packages",
                new Page<>(
                        ApiList.PACKAGES,
                        List.of(new PackageSummary(
                                name, Optional.of(version), description, archs, Optional.of(published))),
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
                        Optional.of(published)),
                path + "/versions",
                new Page<>(
                        ApiList.VERSIONS,
                        List.of(new VersionSummary(version, index, published, archs)),
                        Optional.empty()),
                path + "/versions/" + version,
                shown,
                path + "/versions/latest",
                shown);
    }

    private static BuildInfo info(Shelf shelf, Descriptor build) throws IOException {
        Manifest manifest = Manifest.read(document(shelf, build));
        ImageConfig config = ImageConfig.read(document(shelf, manifest.config()));
        List<BuildInfo.Layer> layers = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            layers.add(new BuildInfo.Layer(
                    LayerKind.RUNTIME,
                    layer.digest(),
                    layer.size(),
                    config.diffIds().get(i)));
            size += layer.size();
        }
        return new BuildInfo(Arch.host(), build.digest(), size, BuildInfo.Config.of(config), layers);
    }

    private static byte[] document(Shelf shelf, Descriptor document) throws IOException {
        return shelf.read(document.digest(), Math.toIntExact(document.size())).orElseThrow();
    }
}
