package dev.unipkg.cli.command.cache;

import dev.unipkg.cli.cache.ShelfCleanup;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Reference;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg cache rm`.
@Command(
        name = "rm",
        description = {
            "Remove packages or kernels from the shelf, one version or all, with the images and snapshots of them.",
            "An image that a running instance uses stays. Prints what was removed."
        },
        footer = {"", "Examples:", "  pkg cache rm nginx", "  pkg cache rm acme/tool:1.2.0 kernels/linux:6.1.0"})
final class CacheRemove implements Verb {
    @Parameters(
            arity = "1..*",
            paramLabel = "<reference>",
            description = "[namespace/]name[:version-or-tag], as pkg cache ls shows them")
    List<Reference> references = List.of();

    @Override
    public int run(Session session) throws IOException {
        ShelfCleanup removal = new ShelfCleanup(session.shelfAlone(), session.instances());
        for (Reference reference : references) {
            if (!removal.choose(reference)) {
                throw Failure.notFound("nothing of %s is on the shelf".formatted(reference))
                        .next("see what is there with: pkg cache ls");
            }
        }
        return CacheOutcome.print(session, removal.remove());
    }
}
