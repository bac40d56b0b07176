package dev.unipkg.cli.command.account;

import dev.unipkg.api.KeyInfo;
import dev.unipkg.api.Page;
import dev.unipkg.cli.command.Listing;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Table;
import dev.unipkg.cli.output.Times;
import dev.unipkg.cli.registry.Accounts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pkg key list`.
@Command(
        name = "list",
        description = "List the API keys that your key may revoke: all of them, or those of its namespace.",
        footer = {"", "Examples:", "  pkg key list", "  pkg key list --limit 10 --output json"})
final class ListKeys implements Verb {
    @Mixin
    Listing listing = new Listing();

    @Override
    public int run(Session session) throws IOException {
        Page<KeyInfo> found = new Accounts(session.registry()).keys(listing.limit(), listing.after);
        Instant now = Instant.now();
        Table table = new Table("ID", "PUBLISHES TO", "CREATED", "EXPIRES", "DESCRIPTION");
        for (KeyInfo each : found.entries()) {
            table.row(
                    each.id(),
                    scope(each),
                    Times.ago(each.created(), now),
                    each.expires().map(end -> expiry(end, now)).orElse("never"),
                    each.description());
        }
        if (found.entries().isEmpty()) {
            session.messages().say("no keys");
        }
        session.out().print(found.toJson(), found.entries().isEmpty() ? "" : table.toString());
        listing.sayMore(session, found.next());
        return 0;
    }

    private static String expiry(Instant end, Instant now) {
        return end.isAfter(now) ? "in " + Times.span(Duration.between(now, end)) : Times.ago(end, now);
    }

    /// The namespace that a key publishes to, or `administrator`.
    static String scope(KeyInfo key) {
        return key.namespace().orElse("administrator");
    }
}
