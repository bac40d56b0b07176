package dev.unipkg.cli.command.cache;

import dev.unipkg.cli.cache.CacheItem;
import dev.unipkg.cli.cache.Removal;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.talk.Sizes;
import dev.unipkg.format.json.Json;
import java.util.stream.Collectors;

/// Prints what was removed.
final class CacheOutcome {
    private CacheOutcome() {}

    static int print(Session session, Removal.Outcome outcome) {
        for (CacheItem kept : outcome.kept()) {
            session.talk().say("kept " + kept.name() + ", which an instance uses");
        }
        session.talk().say("freed " + Sizes.shown(outcome.freedBytes()));
        String names = outcome.removed().stream()
                .map(CacheItem::name)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.joining("\n"));
        Json json = Json.object()
                .putAll("removed", outcome.removed(), CacheList::json)
                .putAll("kept", outcome.kept(), CacheList::json)
                .put("freedBytes", outcome.freedBytes())
                .build();
        session.out().print(json, names);
        return 0;
    }
}
