package dev.unipkg.registry.oci;

import dev.unipkg.format.PackageName;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/// For which repository an upload is. Its bytes, and how many there are, are the store's to know.
@Entity
@Table(name = "upload")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class UploadSession extends PanacheEntityBase {

    @Id
    public UUID id;

    public String repository;

    @Column(name = "started_at")
    public Instant startedAt;

    /// Whether this upload was begun in `name`.
    boolean isFor(PackageName name) {
        return repository.equals(name.toString());
    }
}
