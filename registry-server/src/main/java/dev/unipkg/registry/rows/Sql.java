package dev.unipkg.registry.rows;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RepositoryName;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// SQL statements in PostgreSQL's own forms. One that runs inside a transaction is part of it; any other commits
/// itself.
///
/// Values may be digests, names of packages and repositories, times, durations (as seconds), collections
/// (as arrays of texts) and optional ones (as null), beside what JDBC takes.
@ApplicationScoped
public class Sql {

    private final DataSource connections;

    public Sql(DataSource connections) {
        this.connections = connections;
    }

    /// Reads one row of a result.
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// The number of rows that the statement changed.
    public int update(String statement, Object... values) {
        return run(statement, values, PreparedStatement::executeUpdate);
    }

    /// The rows of the statement's result.
    public <T> List<T> query(String statement, Row<T> row, Object... values) {
        return run(statement, values, prepared -> {
            List<T> rows = new ArrayList<>();
            try (ResultSet result = prepared.executeQuery()) {
                while (result.next()) {
                    rows.add(row.read(result));
                }
            }
            return rows;
        });
    }

    /// The digests in the first column of the statement's result.
    public List<Digest> digests(String statement, Object... values) {
        return query(statement, row -> Digest.parseAny(row.getString(1)), values);
    }

    @FunctionalInterface
    private interface Execution<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String statement, Object[] values, Execution<T> execution) {
        try (Connection connection = connections.getConnection();
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, plain(values[i]));
            }
            return execution.of(prepared);
        } catch (SQLException e) {
            throw new IllegalStateException("the database did not run a statement", e);
        }
    }

    private static @Nullable Object plain(Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.isPresent() ? plain(optional.get()) : null;
            case Digest digest -> digest.toString();
            case PackageName name -> name.toString();
            case RepositoryName name -> name.toString();
            case Instant time -> Timestamp.from(time);
            case Duration duration -> duration.toMillis() / 1000.0;
            case Collection<?> collection ->
                collection.stream().map(Object::toString).toArray(String[]::new);
            default -> value;
        };
    }
}
