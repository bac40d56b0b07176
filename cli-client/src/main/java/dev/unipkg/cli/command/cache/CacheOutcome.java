package dev.unipkg.cli.command.cache;

import dev.unipkg.cli.cache.CacheItem;
import dev.unipkg.cli.cache.ShelfCleanup;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.machine.instance.InstanceState;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.format.json.Json;
import java.util.stream.Collectors;

/// Prints what was removed.
final class CacheOutcome {
    private CacheOutcome() {}

    static int print(Session session, ShelfCleanup.Outcome outcome) {
        for (CacheItem kept : outcome.kept()) {
            session.messages()
                    .say("kept " + kept.name()
                            + (outcome.unknown().isEmpty()
                                    ? ", which an instance uses"
                                    : ", which an instance may use"));
        }
        if (!outcome.kept().isEmpty()) {
            outcome.unknown().forEach(seen -> session.messages().say(why(seen)));
        }
        CacheList.sayForeign(session, outcome.foreign());
        session.messages().say("freed " + Sizes.shown(outcome.freedBytes()));
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

    private static String why(Instances.Snapshot seen) {
        String name = seen.name();
        return switch (seen.state()) {
            case InstanceState.Newer _ ->
                "%s was made by a newer pkg: it may use any image; remove images with that pkg".formatted(name);
            case InstanceState.OfOther(String owner) ->
                "%s is an instance of the user %s: it may use any image; %s may remove it"
                        .formatted(name, owner, owner);
            case InstanceState.Damaged _ ->
                "the record of %s is damaged: it may use any image; remove it first: pkg rm -f %s"
                        .formatted(name, name);
            case InstanceState.Starting _, InstanceState.Running _, InstanceState.Ended _ ->
                throw new IllegalStateException(name + " has a record");
        };
    }
}
