package dev.unipkg.cli.command;

import dev.unipkg.api.Page;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.cli.output.Digests;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Table;
import dev.unipkg.cli.output.Times;
import dev.unipkg.cli.registry.CatalogClient;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.format.Reference;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pkg versions`.
@Command(
        name = "versions",
        description = "List the versions of a package, the newest first.",
        footer = {"", "Examples:", "  pkg versions nginx", "  pkg versions acme/tool --limit 10"})
public final class Versions implements Verb {
    @Parameters(paramLabel = "<package>", description = "[registry/][namespace/]name")
    Reference reference;

    @Mixin
    Listing listing = new Listing();

    @Override
    public int run(Session session) throws IOException {
        if (reference.versionOrTag().isPresent() || reference.digest().isPresent()) {
            throw Failure.usage("the versions of " + reference.name() + " are asked for, not one of them")
                    .next("leave the version out, or see: pkg info " + reference);
        }
        Registry registry = session.registryOf(reference);
        Optional<Page<VersionSummary>> versions =
                new CatalogClient(registry).versions(reference.name(), listing.limit(), listing.after);
        if (versions.isEmpty()) {
            return listTags(session, registry);
        }
        Instant now = Instant.now();
        Table table = new Table("VERSION", "PUBLISHED", "DOWNLOADS", "ARCHS", "DIGEST");
        for (VersionSummary each : versions.get().entries()) {
            table.row(
                    each.version().text(),
                    Times.ago(each.published(), now),
                    each.downloads().map(all -> Long.toString(all.total())).orElse("-"),
                    Listing.archs(each.archs()),
                    Digests.shown(each.digest()));
        }
        if (reference.registry().isEmpty()) {
            session.remember(versions.get().entries().stream()
                    .map(each -> reference.name() + ":" + each.version())
                    .toList());
        }
        session.out().print(versions.get().toJson(), table.toString());
        listing.sayMore(session, versions.get().next());
        return 0;
    }

    // A registry of another kind knows tags only.
    private int listTags(Session session, Registry registry) throws IOException {
        List<Version> versions = registry.versions(reference.name()).stream()
                .sorted(Comparator.reverseOrder())
                .toList();
        if (versions.isEmpty()) {
            throw Failure.notFound("%s has no version of %s".formatted(registry.origin(), reference.name()));
        }
        Table table = new Table("VERSION");
        versions.forEach(version -> table.row(version.text()));
        Json json = Json.object()
                .putAll(
                        "versions",
                        versions,
                        version -> Json.object().put("version", version.text()).build())
                .build();
        session.out().print(json, table.toString());
        return 0;
    }
}
