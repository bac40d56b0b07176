package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A manifest or index in one repository. Its bytes are in the blob store under its digest.
@Entity
@Table(name = "manifest")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class StoredManifest extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "repository_id")
    public Repository repository;

    public Digest digest;

    @Column(name = "media_type")
    public String mediaType;

    @Column(name = "artifact_type")
    public @Nullable String artifactType;

    /// The artifact type, else the config's media type: what referrers are filtered by.
    public @Nullable String kind;

    /// In bytes.
    public long size;

    public @Nullable Digest subject;

    @Column(name = "pushed_at")
    public Instant pushedAt;

    /// The manifest of this digest in a repository.
    public static Optional<StoredManifest> in(Repository repository, Digest digest) {
        return find("repository = ?1 and digest = ?2", repository, digest).firstResultOptional();
    }
}
