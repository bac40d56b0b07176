package dev.unipkg.registry.publish;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.kernels.Family;
import dev.unipkg.registry.catalog.HotPaths;
import dev.unipkg.storage.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Gatherers;
import org.hibernate.exception.ConstraintViolationException;

/// Takes a manifest: reads it, checks what is ours, stores its bytes, and then makes it visible in one
/// transaction, under its digest and under the tags it was pushed with. What is refused leaves nothing behind
/// that only it brought.
@ApplicationScoped
public class Publisher {

    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final int MAX_TAGS = 100;
    private static final int DROPPED_AT_ONCE = 128;

    private final BuildCheck builds;
    private final KernelCheck kernels;
    private final IndexCheck indexes;
    private final NewNames newNames;
    private final BlobStore store;
    private final Recording recording;
    private final Leftovers leftovers;
    private final HeldBlobs blobs;
    private final HotPaths hotPaths;

    Publisher(
            BuildCheck builds,
            KernelCheck kernels,
            IndexCheck indexes,
            NewNames newNames,
            BlobStore store,
            Recording recording,
            Leftovers leftovers,
            HeldBlobs blobs,
            HotPaths hotPaths) {
        this.builds = builds;
        this.kernels = kernels;
        this.indexes = indexes;
        this.newNames = newNames;
        this.store = store;
        this.recording = recording;
        this.leftovers = leftovers;
        this.blobs = blobs;
        this.hotPaths = hotPaths;
    }

    /// Publishes the document `body` in a repository.
    ///
    /// @param expected the digest it is pushed under; absent when it is pushed under a tag alone
    /// @param tags the tags it is pushed under; that of its version makes it that version
    /// @throws RefusedException when it is not what it has to be; what was brought for it is dropped then
    public PushedManifest publish(
            PackageName repository,
            byte[] body,
            Optional<String> contentType,
            Optional<Digest> expected,
            Collection<String> tags)
            throws IOException {
        Digest actual = Digest.of(body);
        if (expected.isPresent() && !expected.get().equals(actual)) {
            // Damaged on the way: the client sends it again, and what it brought for it is still wanted.
            throw new ContentRefusal.DigestMismatch(expected.get(), actual).asException();
        }
        try {
            requireTags(tags);
            newNames.requireDistinct(repository);
            PushedManifest manifest = PushedManifest.read(body, contentType);
            requireIndexUnder(tags, manifest);
            Checked checked = check(repository, manifest);
            Optional<Checked.Release> release = Recording.releaseOf(checked);
            if (release.isPresent()) {
                release.get().requireShortTexts();
            }
            store.put(manifest.digest(), body.length, new ByteArrayInputStream(body));
            record(repository, manifest, checked, tags);
            return manifest;
        } catch (RefusedException e) {
            drop(repository, actual, body);
            throw e;
        } catch (RuntimeException e) {
            // Nobody may come back for what was brought, so a fault leaves no more behind than a refusal.
            try {
                drop(repository, actual, body);
            } catch (IOException | RuntimeException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
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

    /// Drops what a refused document brought, a few digests at a time, because each takes a lock until its
    /// transaction ends; and forgets it, since a path whose bytes are gone must not be answered from memory.
    private void drop(PackageName repository, Digest refused, byte[] body) throws IOException {
        Set<Digest> mentioned = mentioned(body);
        Set<Digest> unnamed = new TreeSet<>(mentioned);
        try {
            // Also where nothing is mentioned: the document's own bytes are to be dropped.
            leftovers.dropBuilds(repository, refused, List.of());
            for (List<Digest> group : groups(mentioned)) {
                unnamed.addAll(leftovers.dropBuilds(repository, refused, group));
            }
            for (List<Digest> group : groups(unnamed)) {
                blobs.giveBack(repository, group);
            }
        } finally {
            for (Digest digest : unnamed) {
                hotPaths.forget(HotPaths.blob(repository, digest));
                hotPaths.forget(HotPaths.manifest(repository, digest.toString()));
            }
        }
    }

    private static List<List<Digest>> groups(Set<Digest> digests) {
        return digests.stream().gather(Gatherers.windowFixed(DROPPED_AT_ONCE)).toList();
    }

    private static void requireTags(Collection<String> tags) throws RefusedException {
        for (String tag : tags) {
            if (!Tag.isTag(tag)) {
                throw new NameRefusal.InvalidName("tag", tag, "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}").asException();
            }
        }
        if (tags.size() > MAX_TAGS) {
            throw new NameRefusal.InvalidName("tag", tags.size() + " tags", "at most " + MAX_TAGS).asException();
        }
    }

    private Checked check(PackageName repository, PushedManifest manifest) throws IOException {
        boolean kernelRoom = repository.namespace().equals(Family.NAMESPACE);
        if (manifest.isA(MediaTypes.PACKAGE)) {
            if (kernelRoom) {
                throw new NameRefusal.ReservedName(repository.namespace()).asException();
            }
            return manifest.isIndex()
                    ? indexes.checkPackage(repository, manifest.bytes())
                    : builds.check(manifest.bytes());
        }
        if (manifest.isA(MediaTypes.KERNEL)) {
            return manifest.isIndex()
                    ? indexes.checkKernel(repository, manifest.bytes())
                    : kernels.check(repository, manifest.bytes());
        }
        return new Checked.Plain();
    }

    private void record(PackageName repository, PushedManifest manifest, Checked checked, Collection<String> tags)
            throws IOException {
        try {
            recording.record(repository, manifest, checked, List.copyOf(tags));
        } catch (ConstraintViolationException e) {
            // Two names with one skeleton came at once, and the other one was first.
            newNames.requireDistinct(repository);
            throw e;
        }
    }

    // A refused document may not even be JSON; what it was going to name stands in it all the same.
    private static Set<Digest> mentioned(byte[] body) {
        Set<Digest> digests = new LinkedHashSet<>();
        Matcher matcher = DIGEST.matcher(new String(body, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            digests.add(new Digest(matcher.group(1)));
        }
        return digests;
    }
}
