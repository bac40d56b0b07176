package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A version of a package or of a kernel family. Once there it never changes.
@Entity
@Table(name = "version")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class PublishedVersion extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(name = "repository_id")
    public Long repositoryId;

    public String version;

    @Column(name = "sort_key")
    public String sortKey;

    public boolean prerelease;

    public String digest;

    @Column(name = "published_at")
    public Instant publishedAt;

    /// The version of exactly this text.
    public static Optional<PublishedVersion> in(Repository repository, Version version) {
        return find("repositoryId = ?1 and version = ?2", repository.id, version.text())
                .firstResultOptional();
    }

    /// The version that has this digest; the highest where several have it.
    public static Optional<PublishedVersion> in(Repository repository, Digest digest) {
        return find("repositoryId = ?1 and digest = ?2 order by sortKey desc", repository.id, digest.toString())
                .firstResultOptional();
    }

    /// The version that `latest` means if that tag is not set: the highest that is no pre-release, else the
    /// highest.
    public static Optional<PublishedVersion> latestOf(Repository repository) {
        return find("repositoryId = ?1 order by prerelease, sortKey desc", repository.id)
                .firstResultOptional();
    }

    /// Versions below `before` in the version order, highest first, at most `limit`.
    public static List<PublishedVersion> below(Repository repository, Optional<Version> before, int limit) {
        return before.map(version -> find(
                        "repositoryId = ?1 and sortKey < ?2 order by sortKey desc", repository.id, version.sortKey()))
                .orElseGet(() -> find("repositoryId = ?1 order by sortKey desc", repository.id))
                .page(0, limit)
                .list();
    }

    /// The digest as a value.
    public Digest contentDigest() {
        return Digest.parse(digest);
    }
}
