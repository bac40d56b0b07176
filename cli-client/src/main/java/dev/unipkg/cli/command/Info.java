package dev.unipkg.cli.command;

import dev.unipkg.api.BuildInfo;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Output;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.registry.CatalogClient;
import dev.unipkg.cli.transfer.UnikraftImage;
import dev.unipkg.format.Reference;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.format.oci.UnikernelSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg info`.
@Command(
        name = "info",
        description = "Show what a package is, and what a version of it needs.",
        footer = {"", "Examples:", "  pkg info nginx", "  pkg info acme/tool:1.2.0"})
public final class Info implements Verb {
    @Parameters(paramLabel = "<reference>", description = "[registry/][namespace/]name[:version-or-tag][@digest]")
    Reference reference;

    @Override
    public int run(Session session) throws IOException {
        CatalogClient catalog = new CatalogClient(session.registryOf(reference));
        Optional<PackageInfo> known = catalog.info(reference.name());
        if (known.isEmpty()) {
            Optional<UnikraftImage> image = session.resolver(reference).findUnikraft(reference);
            if (image.isPresent()) {
                session.out().print(UnikraftReport.json(image.get()), UnikraftReport.text(image.get()));
                return 0;
            }
            catalog.require();
        }
        PackageInfo info = known.orElseThrow(() -> Failure.notFound("there is no package %s at %s"
                        .formatted(
                                reference.name(), session.registryOf(reference).origin()))
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
        info.description().ifPresent(text -> lines.add("  " + Output.line(text)));
        add(lines, "digest", version.digest().toString());
        add(lines, "published", version.published().toString());
        info.licenses().ifPresent(text -> add(lines, "license", text));
        info.source().ifPresent(text -> add(lines, "source", text));
        info.documentation().ifPresent(text -> add(lines, "docs", text));
        add(lines, "versions", Long.toString(info.versions()));
        info.latest().ifPresent(latest -> add(lines, "latest", latest.text()));
        info.downloads().ifPresent(all -> add(lines, "downloads", Listing.downloads(all) + " of all versions"));
        version.downloads().ifPresent(own -> add(lines, "", Listing.downloads(own) + " of " + version.version()));
        info.tags().forEach((tag, target) -> add(lines, "tag", tag + " -> " + target));
        version.builds().forEach(build -> addBuild(lines, build));
        return String.join("\n", lines);
    }

    private static void addBuild(List<String> lines, BuildInfo build) {
        lines.add("  %s (%s)".formatted(build.arch(), Sizes.shown(build.size())));
        add(lines, "  digest", build.digest().toString());
        addExecution(lines, build.config());
        addNeeds(lines, build.config().unikernel());
        for (BuildInfo.Layer layer : build.layers()) {
            add(lines, "  " + layer.kind(), "%s %s".formatted(layer.digest(), Sizes.shown(layer.size())));
        }
    }

    private static void addExecution(List<String> lines, BuildInfo.Config config) {
        List<String> command = new ArrayList<>(config.entrypoint());
        command.addAll(config.cmd());
        add(lines, "  runs", String.join(" ", command));
        config.workingDir().ifPresent(directory -> add(lines, "  workdir", directory));
        config.user().ifPresent(user -> add(lines, "  user", user));
        config.env().forEach((name, value) -> add(lines, "  env", name + "=" + value));
        addList(lines, "  listens on", config.exposedPorts());
        addList(lines, "  volumes", config.volumes());
    }

    private static void addNeeds(List<String> lines, UnikernelSettings needs) {
        if (needs.kernelFamily().isPresent() || needs.kernelVersions().isPresent()) {
            String range =
                    needs.kernelVersions().map(versions -> " " + versions).orElse("");
            add(lines, "  kernel", needs.kernelFamily().orElse("any") + range);
        }
        addList(lines, "  klibs", needs.klibs());
        needs.kernelOptions().forEach((name, value) -> add(lines, "  option", name + "=" + value));
        if (needs.memoryBytes() > 0) {
            add(lines, "  memory", Sizes.shown(needs.memoryBytes()));
        }
        if (needs.cpus() > 0) {
            add(lines, "  cpus", Integer.toString(needs.cpus()));
        }
        if (needs.writableBytes() > 0) {
            add(lines, "  writable", Sizes.shown(needs.writableBytes()));
        }
        needs.readiness().ifPresent(probe -> add(lines, "  ready when", shown(probe)));
        needs.resume().ifPresent(declared -> add(lines, "  resume", shown(declared)));
    }

    private static String shown(ResumeDeclaration declared) {
        return switch (declared) {
            case ResumeDeclaration.Never() -> "never";
            case ResumeDeclaration.Safe(boolean needsRandomness, boolean needsClock) ->
                "safe" + (needsRandomness ? "" : ", needs no randomness") + (needsClock ? "" : ", at any time");
        };
    }

    private static String shown(Readiness probe) {
        return switch (probe) {
            case Readiness.HttpGet(int port, String path) -> "port " + port + " answers GET " + path;
            case Readiness.TcpConnect(int port) -> "port " + port + " accepts a connection";
            case Readiness.ConsoleText(String text) -> "the console shows " + text;
            case Readiness.NoProbe() -> "it has started";
        };
    }

    private static void addList(List<String> lines, String what, Collection<String> values) {
        if (!values.isEmpty()) {
            add(lines, what, String.join(", ", values));
        }
    }

    // One line, whatever a publisher wrote: a line of its own could pass for one of these.
    private static void add(List<String> lines, String what, String value) {
        lines.add("  %-12s %s".formatted(what, Output.line(value)));
    }
}
