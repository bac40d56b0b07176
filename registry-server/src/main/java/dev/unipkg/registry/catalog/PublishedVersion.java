package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
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

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "repository_id")
    public Repository repository;

    public Version version;

    @Column(name = "sort_key")
    public String sortKey;

    public boolean prerelease;

    public Digest digest;

    @Column(name = "published_at")
    public Instant publishedAt;

    /// The version of exactly this text.
    public static Optional<PublishedVersion> in(Repository repository, Version version) {
        return find("repository = ?1 and version = ?2", repository, version).firstResultOptional();
    }

    /// The version that has this digest; the highest where several have it.
    public static Optional<PublishedVersion> in(Repository repository, Digest digest) {
        return find("repository = ?1 and digest = ?2 order by sortKey desc", repository, digest)
                .firstResultOptional();
    }

    /// The version that `latest` means if that tag is not set: the highest that is no pre-release, else the
    /// highest.
    public static Optional<PublishedVersion> latestOf(Repository repository) {
        return find("repository = ?1 order by prerelease, sortKey desc", repository)
                .firstResultOptional();
    }

    /// Versions below `before` in the version order, highest first, at most `limit`.
    public static List<PublishedVersion> below(Repository repository, Optional<Version> before, int limit) {
        return before.map(version ->
                        find("repository = ?1 and sortKey < ?2 order by sortKey desc", repository, version.sortKey()))
                .orElseGet(() -> find("repository = ?1 order by sortKey desc", repository))
                .page(0, limit)
                .list();
    }
}
