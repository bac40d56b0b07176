package dev.unipkg.cli.command;

import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.Page;
import dev.unipkg.cli.output.Digests;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Table;
import dev.unipkg.cli.registry.CatalogClient;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg list`.
@Command(
        name = "list",
        description = "List the registry's packages, or what is on the shelf.",
        footer = {"", "Examples:", "  pkg list acme", "  pkg list --shelf"})
public final class ListPackages implements Verb {
    @Parameters(arity = "0..1", paramLabel = "<namespace>", description = "Only the packages of this namespace.")
    Optional<String> namespace = Optional.empty();

    @Option(names = "--arch", paramLabel = "<arch>", description = "Only what has a build for this architecture.")
    Optional<Arch> arch = Optional.empty();

    @Option(names = "--shelf", description = "List what is on the shelf of this machine; needs no network.")
    boolean shelf;

    @Mixin
    SortOrder sort = new SortOrder();

    @Mixin
    Listing listing = new Listing();

    @Override
    public int run(Session session) throws IOException {
        try {
            namespace.ifPresent(PackageName::requireNamespace);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage())).causedBy(e);
        }
        if (shelf) {
            return listShelf(session);
        }
        CatalogClient.Query query = new CatalogClient.Query(
                Optional.empty(), namespace, arch, sort.wanted(), listing.limit(), listing.after);
        Page<PackageSummary> found = new CatalogClient(session.registry()).packages(query);
        Listing.print(session, found);
        listing.sayMore(session, found.next());
        return 0;
    }

    private int listShelf(Session session) throws IOException {
        if (listing.isPart() || arch.isPresent() || sort.wanted().isPresent()) {
            throw Failure.usage("--shelf lists all that is here by name, without --limit, --after, --arch or --sort")
                    .next("leave them out, or name a namespace");
        }
        List<Refs.Ref> refs = session.shelf().refs().all().stream()
                .filter(ref -> namespace.isEmpty() || ref.name().namespace().equals(namespace.get()))
                .toList();
        Table table = new Table("PACKAGE", "VERSION", "FROM", "DIGEST");
        for (Refs.Ref ref : refs) {
            table.row(ref.name().toString(), ref.versionOrTag(), from(ref), Digests.shown(ref.digest()));
        }
        if (refs.isEmpty()) {
            session.messages()
                    .say("nothing %sis on the shelf in %s"
                            .formatted(
                                    namespace
                                            .map(name -> "of the namespace " + name + " ")
                                            .orElse(""),
                                    session.shelf().root()));
        }
        Json json = Json.object().putAll("packages", refs, ListPackages::json).build();
        session.out().print(json, refs.isEmpty() ? "" : table.toString());
        return 0;
    }

    private static Json json(Refs.Ref ref) {
        return Json.object()
                .put("name", ref.name().toString())
                .put("version", ref.versionOrTag())
                .put("from", from(ref))
                .put("digest", ref.digest().toString())
                .build();
    }

    private static String from(Refs.Ref ref) {
        return ref.registry().equals(Refs.BUILT_HERE) ? "built here" : ref.registry();
    }
}
