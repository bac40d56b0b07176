package dev.unipkg.api;

import dev.unipkg.format.json.Json;
import java.util.List;
import java.util.Optional;

/// One page of a list.
///
/// @param next the cursor of the next page, for the query parameter `after`; empty on the last
public record Page<T extends ApiRecord>(ApiList<T> list, List<T> entries, Optional<String> next) implements ApiRecord {

    public Page {
        entries = List.copyOf(entries);
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll(list.member(), entries, ApiRecord::toJson)
                .putIfPresent("next", next)
                .build();
    }
}
