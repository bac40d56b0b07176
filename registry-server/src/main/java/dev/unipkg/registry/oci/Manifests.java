package dev.unipkg.registry.oci;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.registry.catalog.HotPaths;
import dev.unipkg.registry.catalog.NamedTag;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.catalog.StoredManifest;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.registry.publish.Removal;
import dev.unipkg.registry.publish.StoredBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Manifests and tags as the OCI door shows them: found in memory where possible, in the database where not.
@ApplicationScoped
class Manifests {

    private final HotPaths hotPaths;
    private final StoredBytes stored;
    private final Removal removal;

    /// What is being sent, so that however many read a manifest slowly, it is in memory once.
    private final Cache<Digest, byte[]> inUse =
            Caffeine.newBuilder().weakValues().build();

    Manifests(HotPaths hotPaths, StoredBytes stored, Removal removal) {
        this.hotPaths = hotPaths;
        this.stored = stored;
        this.removal = removal;
    }

    /// The manifest that a tag or digest names.
    HotPaths.Answer.Document find(PackageName name, String reference) throws IOException {
        String path = HotPaths.manifest(name, reference);
        if (hotPaths.find(path) instanceof HotPaths.Answer.Document known) {
            return known;
        }
        long stamp = hotPaths.stamp();
        Repository repository = Repository.named(name)
                .orElseThrow(() -> new Rejection.NotFound(Thing.REPOSITORY, name.toString()).asException());
        Target target = Door.isDigest(reference)
                ? new Target(Door.digest(reference), true)
                : tagged(repository, reference).orElseThrow(() -> unknown(name, reference));
        HotPaths.Answer.Document document = document(repository, target).orElseThrow(() -> unknown(name, reference));
        hotPaths.learn(path, document, stamp);
        return document;
    }

    /// Removes a tag, or a manifest with all tags that name it.
    ///
    /// @throws RefusedException when it is a version, or part of one
    void delete(PackageName name, String reference) throws IOException {
        Repository repository = Repository.named(name)
                .orElseThrow(() -> new Rejection.NotFound(Thing.REPOSITORY, name.toString()).asException());
        List<String> removed;
        if (Door.isDigest(reference)) {
            removed = removal.manifest(repository, Door.digest(reference));
        } else {
            removed = removal.tag(repository, reference) ? List.of(reference) : List.of();
        }
        removed.forEach(gone -> hotPaths.forget(HotPaths.manifest(name, gone)));
        if (removed.isEmpty()) {
            throw unknown(name, reference);
        }
    }

    /// What a name points at.
    ///
    /// @param forever whether it can never point at anything else
    private record Target(Digest digest, boolean forever) {}

    private Optional<Target> tagged(Repository repository, String tag) {
        Optional<Target> named =
                NamedTag.in(repository, tag).map(found -> new Target(found.target(), found.versionId != null));
        return named.isPresent() || !tag.equals(Tag.LATEST)
                ? named
                : PublishedVersion.latestOf(repository).map(version -> new Target(version.contentDigest(), false));
    }

    private Optional<HotPaths.Answer.Document> document(Repository repository, Target target) throws IOException {
        Optional<StoredManifest> manifest = StoredManifest.in(repository, target.digest());
        Optional<byte[]> bytes = manifest.isPresent() ? bytes(target.digest()) : Optional.empty();
        return bytes.map(found -> new HotPaths.Answer.Document(
                manifest.orElseThrow().mediaType, target.digest().toString(), found, target.forever()));
    }

    private Optional<byte[]> bytes(Digest digest) throws IOException {
        try {
            return Optional.ofNullable(inUse.get(digest, this::load));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private byte @Nullable [] load(Digest digest) {
        try {
            return stored.manifest(digest).orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RuntimeException unknown(PackageName name, String reference) {
        return new Rejection.NotFound(Thing.MANIFEST, name + (Door.isDigest(reference) ? "@" : ":") + reference)
                .asException();
    }
}
