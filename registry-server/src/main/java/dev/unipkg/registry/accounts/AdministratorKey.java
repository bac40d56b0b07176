package dev.unipkg.registry.accounts;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// Makes a new administrator's key for an operator with access to the database, after all others were lost.
public final class AdministratorKey {

    private AdministratorKey() {}

    /// The new key.
    ///
    /// @param text shown once, stored nowhere
    /// @param others how many keys of administrators are good beside it
    /// @param revoked how many were until now
    public record Made(String text, int others, int revoked) {}

    /// Makes the key, for ever, in one transaction.
    ///
    /// @param revokeOthers whether every other administrator's key ends, should one be in the wrong hands
    /// @throws SQLException when the database fails, or is none that a registry was ever started on
    public static Made make(Connection database, Instant now, boolean revokeOthers) throws SQLException {
        database.setAutoCommit(false);
        // The same lock as for revoking a key, so that each sees the other's change.
        if (update(database, "update registry set created = created") == 0) {
            throw new SQLException("the table registry is empty");
        }
        int revoked = revokeOthers
                ? update(database, "update api_key set revoked = ? where namespace is null and revoked is null", now)
                : 0;
        int others = count(
                database,
                "select count(*) from api_key where namespace is null and revoked is null"
                        + " and (expires is null or expires > ?)",
                now);
        KeyText text = KeyText.fresh();
        try (PreparedStatement insert = database.prepareStatement(
                "insert into api_key (hash, description, created) values (?, 'administrator, from the command line', ?)")) {
            insert.setBytes(1, text.hash());
            insert.setObject(2, utc(now));
            insert.executeUpdate();
        }
        database.commit();
        return new Made(text.text(), others, revoked);
    }

    private static int update(Connection database, String sql, Instant... times) throws SQLException {
        try (PreparedStatement statement = prepare(database, sql, times)) {
            return statement.executeUpdate();
        }
    }

    private static int count(Connection database, String sql, Instant... times) throws SQLException {
        try (PreparedStatement statement = prepare(database, sql, times);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static PreparedStatement prepare(Connection database, String sql, Instant... times) throws SQLException {
        PreparedStatement statement = database.prepareStatement(sql);
        for (int i = 0; i < times.length; i++) {
            statement.setObject(i + 1, utc(times[i]));
        }
        return statement;
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
