package dev.unipkg.cli.command;

import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.Page;
import dev.unipkg.cli.registry.CatalogClient;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg search`.
@Command(
        name = "search",
        description = "Find packages by name and description.",
        footer = {"", "Examples:", "  pkg search nginx", "  pkg search redis --arch arm64"})
public final class Search implements Verb {
    @Parameters(paramLabel = "<text>", description = "What to look for.")
    String text = "";

    @Option(names = "--arch", paramLabel = "<arch>", description = "Only what has a build for this architecture.")
    Optional<Arch> arch = Optional.empty();

    @Mixin
    SortOrder sort = new SortOrder();

    @Mixin
    Listing listing = new Listing();

    @Override
    public int run(Session session) throws IOException {
        CatalogClient.Query query = new CatalogClient.Query(
                Optional.of(text), Optional.empty(), arch, sort.wanted(), listing.limit(), listing.after);
        Page<PackageSummary> found = new CatalogClient(session.registry()).packages(query);
        Listing.print(session, found);
        listing.sayMore(session, found.next());
        return 0;
    }
}
