package dev.unipkg.registry.oci;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/// For which repository each upload is. Its bytes, and how many there are, are the store's to know.
///
/// Every pushed blob comes through here twice, so these are single statements that commit themselves, and what
/// this server has opened it remembers.
@ApplicationScoped
class UploadSessions {

    /// So that one publisher cannot take every place the store has ([dev.unipkg.storage.StoreLimits]).
    static final int MAX_PER_NAMESPACE = 250;

    private static final int REMEMBERED = 10_000;

    private final DataSource database;
    private final Clock clock;
    private final Cache<UUID, PackageName> remembered =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    UploadSessions(DataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Notes that the upload is for the repository. A note that a crash loses costs the client a new upload, so it
    /// need not wait for the disk.
    ///
    /// @throws RefusedException where the namespace has as many uploads as it may
    void open(UUID upload, PackageName repository) throws RefusedException {
        String insert = """
                insert into upload (id, repository, started_at)
                select ?, ?, ?
                from (select set_config('synchronous_commit', 'off', true)) as hasty
                where (select count(*) from upload where namespace = ?) < ?
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setObject(1, upload);
            statement.setString(2, repository.toString());
            statement.setTimestamp(3, Timestamp.from(clock.instant()));
            statement.setString(4, repository.namespace());
            statement.setInt(5, MAX_PER_NAMESPACE);
            if (statement.executeUpdate() == 0) {
                throw new RefusedException(new ContentRefusal.TooManyUploads(MAX_PER_NAMESPACE));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the upload cannot be noted", e);
        }
        remembered.put(upload, repository);
    }

    /// Whether the upload was begun for the repository, on whichever server.
    boolean isFor(UUID upload, PackageName repository) {
        return Optional.ofNullable(remembered.getIfPresent(upload))
                .map(repository::equals)
                .orElseGet(() -> isNotedFor(upload, repository));
    }

    private boolean isNotedFor(UUID upload, PackageName repository) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select 1 from upload where id = ? and repository = ?")) {
            statement.setObject(1, upload);
            statement.setString(2, repository.toString());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the upload cannot be looked up", e);
        }
    }

    /// Forgets an upload that has ended.
    void forget(UUID upload) {
        remembered.invalidate(upload);
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("delete from upload where id = ?")) {
            statement.setObject(1, upload);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("the upload cannot be forgotten", e);
        }
    }

    /// Forgets what has no bytes any more, as after a crash between the end of an upload and that of its row.
    ///
    /// @param open the uploads that have
    /// @param before later ones are left alone: their bytes may not be seen yet
    void forgetAllBut(Collection<UUID> open, Instant before) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "delete from upload where started_at < ? and id <> all (?) returning id")) {
            statement.setTimestamp(1, Timestamp.from(before));
            statement.setArray(2, connection.createArrayOf("uuid", open.toArray()));
            try (ResultSet gone = statement.executeQuery()) {
                while (gone.next()) {
                    remembered.invalidate(gone.getObject(1, UUID.class));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("uploads that have ended cannot be forgotten", e);
        }
    }

    /// For an upload that became a blob: whoever holds that has deleted the row already
    /// ([dev.unipkg.registry.content.HeldBlobs#hold]).
    void ended(UUID upload) {
        remembered.invalidate(upload);
    }
}
