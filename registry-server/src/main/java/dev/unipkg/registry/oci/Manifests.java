package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Tag;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.HotKey;
import dev.unipkg.registry.catalog.NamedTag;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.catalog.StoredManifest;
import dev.unipkg.registry.content.StoredBytes;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.registry.publish.Removal;
import dev.unipkg.storage.Download;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Manifests and tags as the OCI door shows them: found in memory where possible, in the database where not.
/// Long manifests stay in the store until they are sent.
@ApplicationScoped
class Manifests {

    private final HotAnswers hotAnswers;
    private final StoredBytes stored;
    private final Removal removal;

    Manifests(HotAnswers hotAnswers, StoredBytes stored, Removal removal) {
        this.hotAnswers = hotAnswers;
        this.stored = stored;
        this.removal = removal;
    }

    /// A manifest that was asked for.
    ///
    /// @param size in bytes
    /// @param immutable whether what was asked for can never mean another manifest
    /// @param body what is sent
    record Found(String mediaType, String digest, long size, boolean immutable, Body body) {

        static Found of(HotAnswers.Answer.Document document) {
            byte[] bytes = document.bytes();
            return new Found(document.mediaType(), document.digest(), bytes.length, document.immutable(), () -> bytes);
        }
    }

    /// A short manifest's bytes, or what sends a long one from the store.
    @FunctionalInterface
    interface Body {
        Object open() throws IOException;
    }

    /// The manifest that a tag or digest names.
    Found find(RepositoryName name, String reference) throws IOException {
        Optional<Digest> asked = OciPaths.ifDigest(reference);
        HotKey key = asked.isPresent() ? new HotKey.ManifestKey(name, asked.get()) : new HotKey.TagKey(name, reference);
        if (hotAnswers.find(key) instanceof HotAnswers.Answer.Document known) {
            return Found.of(known);
        }
        long stamp = hotAnswers.stamp();
        Repository repository = Repository.named(name)
                .orElseThrow(() -> new Rejection.NotFound(Thing.REPOSITORY, name.toString()).asException());
        Target target = asked.map(digest -> new Target(digest, true))
                .or(() -> tagged(repository, reference))
                .orElseThrow(() -> unknown(name, reference));
        StoredManifest manifest =
                StoredManifest.in(repository, target.digest()).orElseThrow(() -> unknown(name, reference));
        String digest = manifest.digest.toString();
        if (manifest.size > HotAnswers.MAX_DOCUMENT_BYTES) {
            Download there =
                    stored.download(target.digest(), manifest.size).orElseThrow(() -> unknown(name, reference));
            return new Found(manifest.mediaType, digest, there.size(), target.forever(), () -> StoredBody.of(there));
        }
        byte[] bytes = stored.manifest(target.digest(), manifest.size).orElseThrow(() -> unknown(name, reference));
        HotAnswers.Answer.Document document =
                new HotAnswers.Answer.Document(manifest.mediaType, digest, bytes, target.forever());
        hotAnswers.learn(key, document, stamp);
        return Found.of(document);
    }

    /// Removes a tag, or a manifest with all tags that name it.
    ///
    /// @throws RefusedException when it is a version, or part of one
    void delete(RepositoryName name, String reference) throws IOException {
        Repository repository = Repository.named(name)
                .orElseThrow(() -> new Rejection.NotFound(Thing.REPOSITORY, name.toString()).asException());
        List<String> removed;
        Optional<Digest> digest = OciPaths.ifDigest(reference);
        if (digest.isPresent()) {
            removed = removal.manifest(repository, digest.get());
        } else {
            removed = removal.tag(repository, reference) ? List.of(reference) : List.of();
        }
        hotAnswers.changed(name, removed);
        if (removed.isEmpty()) {
            throw unknown(name, reference);
        }
    }

    /// The target of a tag or digest.
    ///
    /// @param forever whether it can never point at anything else
    private record Target(Digest digest, boolean forever) {}

    private Optional<Target> tagged(Repository repository, String tag) {
        Optional<Target> named =
                NamedTag.in(repository, tag).map(found -> new Target(found.digest, found.version != null));
        return named.isPresent() || !tag.equals(Tag.LATEST)
                ? named
                : PublishedVersion.latestOf(repository).map(version -> new Target(version.digest, false));
    }

    private static RuntimeException unknown(RepositoryName name, String reference) {
        return new Rejection.NotFound(Thing.MANIFEST, name + (OciPaths.isDigest(reference) ? "@" : ":") + reference)
                .asException();
    }
}
