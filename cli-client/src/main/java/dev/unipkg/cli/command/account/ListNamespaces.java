package dev.unipkg.cli.command.account;

import dev.unipkg.api.NamespaceInfo;
import dev.unipkg.api.Page;
import dev.unipkg.cli.command.Listing;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.output.Table;
import dev.unipkg.cli.output.Times;
import dev.unipkg.cli.registry.Accounts;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pkg namespace list`.
@Command(
        name = "list",
        description = "List the namespaces of the registry, and how much those of your key have.",
        footer = {"", "Examples:", "  pkg namespace list", "  pkg namespace list --output json"})
final class ListNamespaces implements Verb {
    @Mixin
    Listing listing = new Listing();

    @Override
    public int run(Session session) throws IOException {
        Page<NamespaceInfo> found = new Accounts(session.registry()).namespaces(listing.limit(), listing.after);
        Instant now = Instant.now();
        Table table = new Table("NAMESPACE", "SIZE", "LIMIT", "CREATED");
        for (NamespaceInfo each : found.entries()) {
            table.row(
                    each.name(),
                    each.bytes().map(Sizes::shown).orElse("-"),
                    each.limitBytes().map(Sizes::shown).orElse(each.bytes().isPresent() ? "none" : "-"),
                    Times.ago(each.created(), now));
        }
        if (found.entries().isEmpty()) {
            session.messages().say("no namespaces");
        }
        session.out().print(found.toJson(), found.entries().isEmpty() ? "" : table.toString());
        listing.sayMore(session, found.next());
        return 0;
    }
}
