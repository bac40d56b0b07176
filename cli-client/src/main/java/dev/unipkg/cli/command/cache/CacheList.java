package dev.unipkg.cli.command.cache;

import dev.unipkg.cli.cache.CacheItem;
import dev.unipkg.cli.cache.Inventory;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.output.Table;
import dev.unipkg.cli.output.Times;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;

/// `pkg cache ls`.
@Command(
        name = "ls",
        description = {
            "List the packages, kernels, images and snapshots on the shelf, the largest first.",
            "Items may share files, so the sum on stderr may be less than that of the table."
        },
        footer = {"", "Examples:", "  pkg cache ls", "  pkg cache ls --output json"})
final class CacheList implements Verb {

    @Override
    public int run(Session session) throws IOException {
        Inventory inventory = Inventory.of(session.shelf(), session.instances());
        List<CacheItem> items = inventory.items().stream()
                .sorted(Comparator.comparing(CacheItem::bytes).reversed().thenComparing(CacheItem::name))
                .toList();
        Instant now = Instant.now();
        Table table = new Table("KIND", "NAME", "SIZE", "LAST USED");
        for (CacheItem item : items) {
            table.row(item.kind().toString(), item.name(), Sizes.shown(item.bytes()), used(item, now));
        }
        session.messages()
                .say("%s in %s"
                        .formatted(
                                Sizes.shown(inventory.totalBytes()),
                                session.shelf().root()));
        sayForeign(session, inventory.foreign());
        Json json = Json.object()
                .putAll("items", items, CacheList::json)
                .put("totalBytes", inventory.totalBytes())
                .build();
        session.out().print(json, items.isEmpty() ? "" : table.toString());
        return 0;
    }

    static void sayForeign(Session session, List<String> foreign) {
        foreign.forEach(why -> session.messages().say(why + "; it is neither counted nor removed"));
    }

    private static String used(CacheItem item, Instant now) {
        if (item.busy()) {
            return "in use";
        }
        return item.used().equals(Instant.EPOCH) ? "-" : Times.ago(item.used(), now);
    }

    static Json.Obj json(CacheItem item) {
        return Json.object()
                .put("kind", item.kind().toString())
                .put("name", item.name())
                .put("bytes", item.bytes())
                .put("used", item.used().toString())
                .put("inUse", item.busy())
                .put("builtHere", item.isBuiltHere())
                .build();
    }
}
