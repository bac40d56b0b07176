package dev.unipkg.cli.command.kernel;

import dev.unipkg.api.KernelFamilyInfo;
import dev.unipkg.api.Page;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.cli.command.Listing;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Digests;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Table;
import dev.unipkg.cli.output.Times;
import dev.unipkg.cli.registry.CatalogClient;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.Family;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pkg kernel list`.
@Command(
        name = "list",
        description = "List the kernel families of the registry, or the releases of one.",
        footer = {"", "Examples:", "  pkg kernel list", "  pkg kernel list nanos --limit 5"})
final class KernelList implements Verb {
    @Parameters(arity = "0..1", paramLabel = "<family>", description = "nanos, linux or unikraft")
    Optional<Family> family = Optional.empty();

    @Mixin
    Listing listing = new Listing();

    @Override
    public int run(Session session) throws IOException {
        CatalogClient catalog = new CatalogClient(session.registry());
        if (family.isEmpty()) {
            print(session, catalog.kernels());
        } else {
            print(session, catalog, family.get().toString());
        }
        return 0;
    }

    private static void print(Session session, List<KernelFamilyInfo> families) {
        Table table = new Table("FAMILY", "LATEST", "RELEASES", "CHANNELS");
        for (KernelFamilyInfo each : families) {
            table.row(
                    each.family(),
                    each.latest().map(Version::text).orElse("-"),
                    Long.toString(each.releases()),
                    channels(each));
        }
        session.remember(families.stream()
                .map(each -> Family.NAMESPACE + "/" + each.family())
                .toList());
        if (families.isEmpty()) {
            session.messages().say("no kernel releases");
        }
        Json json = Json.object()
                .putAll("families", families, KernelFamilyInfo::toJson)
                .build();
        session.out().print(json, families.isEmpty() ? "" : table.toString());
    }

    private void print(Session session, CatalogClient catalog, String name) throws IOException {
        Optional<Page<VersionSummary>> known = catalog.releases(name, listing.limit(), listing.after);
        if (known.isEmpty()) {
            catalog.require();
        }
        Page<VersionSummary> releases = known.orElseThrow(() -> Failure.notFound(
                "%s has no releases of %s".formatted(session.registry().origin(), name)));
        Instant now = Instant.now();
        Table table = new Table("RELEASE", "PUBLISHED", "ARCHS", "DIGEST");
        for (VersionSummary each : releases.entries()) {
            table.row(
                    each.version().text(),
                    Times.ago(each.published(), now),
                    Listing.archs(each.archs()),
                    Digests.shown(each.digest()));
        }
        session.remember(releases.entries().stream()
                .map(each -> Family.NAMESPACE + "/" + name + ":" + each.version())
                .toList());
        session.out().print(releases.toJson(), table.toString());
        listing.sayMore(session, releases.next());
    }

    private static String channels(KernelFamilyInfo family) {
        return family.channels().entrySet().stream()
                .map((Map.Entry<String, Version> channel) -> channel.getKey() + "=" + channel.getValue())
                .collect(Collectors.joining(" "));
    }
}
