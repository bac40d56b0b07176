package dev.unipkg.registry.publish;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.HotKey;
import dev.unipkg.registry.checks.Checked;
import dev.unipkg.registry.checks.Checks;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.content.NamespaceUsage;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.storage.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Takes a manifest: reads it, checks what is ours, stores its bytes, and then makes it visible in one
/// transaction, under its digest and under the tags it was pushed with. A refusal makes nothing visible and changes
/// nothing that was acknowledged before; the sweep takes what only the refused push brought when its leases end.
@ApplicationScoped
public class Publisher {

    private static final int MAX_TAGS = 100;

    private final Checks checks;
    private final BlobStore store;
    private final Recording recording;
    private final NamespaceUsage usage;
    private final HotAnswers hotAnswers;

    Publisher(Checks checks, BlobStore store, Recording recording, NamespaceUsage usage, HotAnswers hotAnswers) {
        this.checks = checks;
        this.store = store;
        this.recording = recording;
        this.usage = usage;
        this.hotAnswers = hotAnswers;
    }

    /// Publishes the document `body` in a repository.
    ///
    /// @param expected the digest it is pushed under, which also says the algorithm; absent when it is
    ///     pushed under a tag alone, and has a SHA-256 then
    /// @param tags the tags it is pushed under; that of its version makes it that version
    /// @throws RefusedException when it is not what it has to be, or when the namespace has no room for it
    public PushedManifest publish(
            RepositoryName repository,
            byte[] body,
            Optional<String> contentType,
            Optional<Digest> expected,
            Collection<String> tags)
            throws IOException {
        Digest actual =
                expected.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256).of(body);
        if (expected.isPresent() && !expected.get().equals(actual)) {
            throw new ContentRefusal.DigestMismatch(expected.get(), actual).asException();
        }
        requireTags(tags);
        recording.requireDistinct(repository);
        PushedManifest manifest = checks.read(repository, body, actual, contentType);
        requireIndexUnder(tags, manifest);
        recording.requireHere(repository, manifest);
        Checked checked = checks.check(repository, manifest);
        usage.requireRoom(repository.namespace(), actual, body.length);
        // Counted when the bytes are there: the sweep finds bytes that a crash leaves, and takes back their count.
        store.put(actual, body.length, new ByteArrayInputStream(body));
        usage.add(repository.namespace(), actual, body.length);
        recording.record(repository, manifest, checked, List.copyOf(tags));
        forgetCounted(repository, checked);
        return manifest;
    }

    /// Lets a manifest that nothing names yet live for another lease, for a publisher who asked for it and so will not
    /// push it.
    ///
    /// @throws RejectedException where there is no such manifest
    public void renew(RepositoryName repository, Digest digest) {
        if (!recording.renew(repository, digest)) {
            throw new Rejection.NotFound(Thing.MANIFEST, repository + "@" + digest).asException();
        }
    }

    /// From its publication on a build counts by its config, which may be remembered as any blob is.
    private void forgetCounted(RepositoryName repository, Checked checked) {
        checked.asRelease().stream()
                .flatMap(release -> release.builds().stream())
                .forEach(build -> hotAnswers.forget(new HotKey.BlobKey(repository, build.counted())));
    }

    /// A version is the index of its builds; no client takes one of them for it, and a version never changes.
    private static void requireIndexUnder(Collection<String> tags, PushedManifest manifest) throws RefusedException {
        boolean ours = manifest.isA(MediaTypes.PACKAGE) || manifest.isA(MediaTypes.KERNEL);
        if (ours && !manifest.isIndex() && !tags.isEmpty()) {
            throw new DocumentRefusal.NotAPackage("the tag " + tags.iterator().next()
                            + " is given to one build, and a version is the index of its builds; push that one"
                            + " (with skopeo: copy --all)")
                    .asException();
        }
    }

    private static void requireTags(Collection<String> tags) throws RefusedException {
        for (String tag : tags) {
            Tagging.requireTag(tag);
        }
        if (tags.size() > MAX_TAGS) {
            throw new NameRefusal.InvalidName("tag", tags.size() + " tags", "at most " + MAX_TAGS).asException();
        }
    }
}
