package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.format.layer.LayerEntry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.Session;

/// Keeps what each layer holds, so that contents can be shown without reading layers again.
@ApplicationScoped
public class Listings {

    private static final int ROWS_AT_ONCE = 5_000;

    private final EntityManager database;

    Listings(EntityManager database) {
        this.database = database;
    }

    /// Keeps the listings; one that is kept already stays as it is, since a layer's content never changes.
    @Transactional(Transactional.TxType.MANDATORY)
    public void insert(Map<Digest, List<LayerEntry>> listings) {
        database.unwrap(Session.class).doWork(connection -> {
            // In one order, so that two pushes that share layers never wait for each other in a circle.
            for (Map.Entry<Digest, List<LayerEntry>> listing : new TreeMap<>(listings).entrySet()) {
                List<LayerEntry> entries = listing.getValue();
                for (int i = 0; i < entries.size(); i += ROWS_AT_ONCE) {
                    insert(
                            connection,
                            listing.getKey(),
                            entries.subList(i, Math.min(entries.size(), i + ROWS_AT_ONCE)));
                }
            }
        });
    }

    // Statements with arrays, because a layer can hold as many files as an operating system has.
    private static void insert(Connection connection, Digest layer, List<LayerEntry> entries) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into layer_file (layer, path, type, size, executable, target)
                select ?, path, type, size, executable, target
                from unnest(?, ?, ?, ?, ?) as file (path, type, size, executable, target)
                on conflict (layer, path) do nothing
                """)) {
            insert.setString(1, layer.toString());
            insert.setArray(2, connection.createArrayOf("text", column(entries, LayerEntry::path)));
            insert.setArray(
                    3,
                    connection.createArrayOf(
                            "text", column(entries, entry -> entry.type().name().toLowerCase(Locale.ROOT))));
            insert.setArray(4, connection.createArrayOf("bigint", column(entries, LayerEntry::size)));
            insert.setArray(5, connection.createArrayOf("boolean", column(entries, LayerEntry::executable)));
            insert.setArray(
                    6,
                    connection.createArrayOf(
                            "text", column(entries, entry -> entry.linkTarget().orElse(null))));
            insert.executeUpdate();
        }
    }

    private static Object[] column(List<LayerEntry> entries, java.util.function.Function<LayerEntry, Object> value) {
        return entries.stream().map(value).toArray();
    }
}
