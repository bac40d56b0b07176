package dev.unipkg.cli.command;

import dev.unipkg.cli.registry.Catalog;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.cli.talk.Sizes;
import dev.unipkg.format.Reference;
import dev.unipkg.format.api.BuildInfo;
import dev.unipkg.format.api.PackageInfo;
import dev.unipkg.format.api.VersionInfo;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.UnikernelSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg info`.
@Command(name = "info", description = "Show what a package is, and what a version of it needs.")
public final class Info implements Verb {
    @Parameters(paramLabel = "<reference>", description = "[registry/][namespace/]name[:version-or-tag][@digest]")
    Reference reference;

    @Override
    public int run(Session session) throws IOException {
        Catalog catalog = new Catalog(session.registryOf(reference));
        PackageInfo info = catalog.info(reference.name())
                .orElseThrow(() -> Failure.notFound("there is no package %s at %s"
                                .formatted(
                                        reference.name(),
                                        session.registryOf(reference).origin()))
                        .next("find packages with: pkg search <text>"));
        // The registry tells of versions and tags; which of them a digest is, the content itself says.
        String wanted = reference.digest().isPresent()
                ? session.resolver(reference).findPackage(reference).version().text()
                : reference.versionOrTag().orElse("latest");
        VersionInfo version = catalog.version(reference.name(), wanted)
                .filter(found ->
                        reference.digest().isEmpty() || reference.digest().get().equals(found.digest()))
                .orElseThrow(() -> Failure.notFound("there is no " + reference)
                        .next("see what there is with: pkg versions " + reference.name()));
        Json json = Json.object()
                .put("package", info.toJson())
                .put("version", version.toJson())
                .build();
        session.out().print(json, text(info, version));
        return 0;
    }

    private static String text(PackageInfo info, VersionInfo version) {
        List<String> lines = new ArrayList<>();
        lines.add("%s:%s".formatted(info.name(), version.version()));
        info.description().ifPresent(text -> lines.add("  " + text));
        add(lines, "digest", version.digest().toString());
        add(lines, "published", version.published().toString());
        info.licenses().ifPresent(text -> add(lines, "license", text));
        info.source().ifPresent(text -> add(lines, "source", text));
        info.documentation().ifPresent(text -> add(lines, "docs", text));
        add(lines, "versions", Long.toString(info.versions()));
        info.tags().forEach((tag, target) -> add(lines, "tag", tag + " -> " + target));
        version.builds().forEach(build -> addBuild(lines, build));
        return String.join("\n", lines);
    }

    private static void addBuild(List<String> lines, BuildInfo build) {
        lines.add("  %s (%s)".formatted(build.arch(), Sizes.shown(build.size())));
        List<String> command = new ArrayList<>(build.config().entrypoint());
        command.addAll(build.config().cmd());
        add(lines, "  runs", String.join(" ", command));
        if (!build.config().exposedPorts().isEmpty()) {
            add(lines, "  listens on", String.join(", ", build.config().exposedPorts()));
        }
        UnikernelSettings needs = build.config().unikernel();
        needs.kernelFamily()
                .ifPresent(family -> add(
                        lines,
                        "  kernel",
                        family
                                + needs.kernelVersions()
                                        .map(range -> " " + range)
                                        .orElse("")));
        if (needs.memoryBytes() > 0) {
            add(lines, "  memory", Sizes.shown(needs.memoryBytes()));
        }
        for (BuildInfo.Layer layer : build.layers()) {
            add(lines, "  " + layer.kind(), "%s %s".formatted(layer.digest(), Sizes.shown(layer.size())));
        }
    }

    private static void add(List<String> lines, String what, String value) {
        lines.add("  %-12s %s".formatted(what, value));
    }
}
