package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.format.layer.LayerEntry;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Keeps what each layer holds, so that contents can be shown without reading layers again.
@ApplicationScoped
public class Listings {

    private static final int ROWS_AT_ONCE = 5_000;

    private final Sql sql;

    Listings(Sql sql) {
        this.sql = sql;
    }

    /// Keeps the listings; one that is kept already stays as it is, since a layer's content never changes.
    @Transactional(Transactional.TxType.MANDATORY)
    public void insert(Map<Digest, List<LayerEntry>> listings) {
        // In one order, so that two pushes that share layers never wait for each other in a circle.
        for (Map.Entry<Digest, List<LayerEntry>> listing : new TreeMap<>(listings).entrySet()) {
            List<LayerEntry> entries = listing.getValue();
            for (int i = 0; i < entries.size(); i += ROWS_AT_ONCE) {
                insert(listing.getKey(), entries.subList(i, Math.min(entries.size(), i + ROWS_AT_ONCE)));
            }
        }
    }

    // Statements with arrays, because a layer can hold as many files as an operating system has.
    private void insert(Digest layer, List<LayerEntry> entries) {
        sql.update(
                """
                insert into layer_file (layer, path, type, size, executable, target)
                select ?, path, type, size, executable, target
                from unnest(?, ?, ?, ?, ?) as file (path, type, size, executable, target)
                on conflict (layer, path) do nothing
                """,
                layer,
                entries.stream().map(LayerEntry::path).toArray(String[]::new),
                entries.stream()
                        .map(entry -> entry.type().name().toLowerCase(Locale.ROOT))
                        .toArray(String[]::new),
                entries.stream().map(LayerEntry::size).toArray(Long[]::new),
                entries.stream().map(LayerEntry::executable).toArray(Boolean[]::new),
                entries.stream().map(entry -> entry.linkTarget().orElse(null)).toArray(String[]::new));
    }
}
