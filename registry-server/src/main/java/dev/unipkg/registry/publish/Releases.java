package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.registry.catalog.BuildLayer;
import dev.unipkg.registry.catalog.NamedTag;
import dev.unipkg.registry.catalog.PublishedBuild;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.checks.Checked;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Optional;

/// Tags and versions. A version's own tag makes the version, once and for all; every other tag moves. The
/// database's unique constraints decide between pushes that come at once.
@ApplicationScoped
class Releases {

    private final Sql sql;
    private final RepositoryRow row;
    private final Removal removal;
    private final Clock clock;

    Releases(Sql sql, RepositoryRow row, Removal removal, Clock clock) {
        this.sql = sql;
        this.row = row;
        this.removal = removal;
        this.clock = clock;
    }

    /// Lets a tag name a manifest of the repository.
    ///
    /// @param release what the manifest is, where it is one of ours
    /// @throws RefusedException when the version exists with other content, the tag is or reads as another
    ///     version's, or names a version that is not published
    @Transactional(value = Transactional.TxType.MANDATORY, rollbackOn = Exception.class)
    void tag(Repository repository, String tag, Digest digest, Optional<Checked.Release> release)
            throws RefusedException {
        if (release.isEmpty()) {
            move(repository, tag, digest);
            return;
        }
        Optional<Version> version = release.get().version();
        if (version.isEmpty() || release.get().builds().isEmpty()) {
            throw new DocumentRefusal.MissingField("annotations." + Annotations.VERSION).asException();
        }
        if (tag.equals(version.get().tag())) {
            publish(repository, version.get(), digest, release.get());
        } else {
            String movable = Tag.requireMovable("tag", tag);
            requirePublished(repository, version.get(), digest);
            move(repository, movable, digest);
        }
    }

    /// Points a movable tag at a manifest.
    @Transactional(rollbackOn = Exception.class)
    void move(Repository repository, String tag, Digest digest) throws RefusedException {
        row.lock(repository.id);
        removal.loosen(
                repository.id,
                NamedTag.in(repository, tag).map(tagged -> tagged.digest).filter(old -> !old.equals(digest)).stream()
                        .toList());
        int moved = sql.update("""
            insert into tag (repository_id, name, digest, updated_at) values (?, ?, ?, ?)
            on conflict (repository_id, name) do update
            set digest = excluded.digest, updated_at = excluded.updated_at where tag.version_id is null
            """, repository.id, tag, digest, clock.instant());
        if (moved == 0) {
            throw new PublishRefusal.TagIsVersion(repository.packageName(), tag).asException();
        }
    }

    private void publish(Repository repository, Version version, Digest digest, Checked.Release release)
            throws RefusedException {
        int inserted = sql.update(
                """
                insert into version (repository_id, version, sort_key, prerelease, digest, published_at)
                values (?, ?, ?, ?, ?, ?)
                on conflict (repository_id, version) do nothing
                """, repository.id, version.text(), version.sortKey(), version.isPrerelease(), digest, clock.instant());
        PublishedVersion published = PublishedVersion.in(repository, version).orElseThrow();
        if (inserted == 0) {
            requireSame(repository, published, digest);
            return;
        }
        repository.versions++;
        for (Checked.ReleaseBuild build : release.builds()) {
            insert(published, build);
        }
        bind(repository, version.tag(), published);
        describe(repository, published, release);
    }

    private void bind(Repository repository, String tag, PublishedVersion version) {
        // The version replaces a movable tag of this name, so its name always means the version.
        sql.update("""
            insert into tag (repository_id, name, digest, version_id, updated_at) values (?, ?, ?, ?, ?)
            on conflict (repository_id, name) do update
            set digest = excluded.digest, version_id = excluded.version_id,
                updated_at = excluded.updated_at
            """, repository.id, tag, version.digest, version.id, clock.instant());
    }

    private void describe(Repository repository, PublishedVersion published, Checked.Release release) {
        repository.kind = release.kind();
        boolean latest = PublishedVersion.latestOf(repository)
                .filter(version -> version.id.equals(published.id))
                .isPresent();
        if (latest) {
            repository.description = release.annotations().get(Annotations.DESCRIPTION);
            repository.licenses = release.annotations().get(Annotations.LICENSES);
            repository.source = release.annotations().get(Annotations.SOURCE);
            repository.documentation = release.annotations().get(Annotations.DOCUMENTATION);
        }
    }

    private static void insert(PublishedVersion version, Checked.ReleaseBuild build) {
        PublishedBuild row = new PublishedBuild();
        row.version = version;
        row.arch = build.arch();
        row.digest = build.digest();
        row.size = build.size();
        row.config = build.config();
        row.counted = build.counted();
        row.layers = build.layers().stream()
                .map(layer -> new BuildLayer(
                        layer.label(),
                        layer.digest(),
                        layer.size(),
                        layer.diffId().orElse(null)))
                .toList();
        row.persist();
    }

    private static void requirePublished(Repository repository, Version version, Digest digest)
            throws RefusedException {
        boolean published = PublishedVersion.in(repository, version)
                .filter(existing -> existing.digest.equals(digest))
                .isPresent();
        if (!published) {
            throw new PublishRefusal.VersionNotPublished(repository.packageName(), version).asException();
        }
    }

    private static void requireSame(Repository repository, PublishedVersion published, Digest pushed)
            throws RefusedException {
        if (!published.digest.equals(pushed)) {
            throw new PublishRefusal.VersionExists(
                            repository.packageName(), published.version, published.digest, pushed)
                    .asException();
        }
    }
}
