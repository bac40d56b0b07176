package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.output.Progress;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.registry.Document;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.registry.Upload;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Publishes a version: every blob that the registry lacks, several at a time, then the manifests by digest, and
/// the index by its version's tag last, which is the moment it becomes visible.
///
/// A version that is published with the same digest is offered as well. A registry says that it lacks what is broken
/// there, and a new copy repairs it.
public final class VersionPush {
    private final Registry registry;
    private final Messages messages;

    public VersionPush(Registry registry, Messages messages) {
        this.registry = registry;
        this.messages = messages;
    }

    /// The source of a version's blobs: the registry or a local OCI layout.
    public interface Source {
        /// Whether it has this content in the size that is described.
        boolean has(Descriptor descriptor) throws IOException;

        /// The bytes of a manifest.
        byte[] document(Descriptor descriptor) throws IOException;

        /// The bytes of a blob from `offset` on.
        InputStream openAt(Descriptor descriptor, long offset) throws IOException;
    }

    /// The result of a push.
    ///
    /// @param alreadyPublished whether the version was there, with this digest
    /// @param resentBlobs how many blobs and manifests of a published version were sent again
    /// @param sentBytes how many bytes of blobs went over
    public record Outcome(boolean alreadyPublished, int resentBlobs, long sentBytes) {

        /// The sentence about it, as in `pushed acme/redis:7.2 to https://registry.example (x86_64), 2.0 MiB sent`.
        ///
        /// @param called the name with the version
        public String sentence(String called, Origin origin, String archs) {
            if (!alreadyPublished) {
                return "pushed %s to %s (%s), %s sent".formatted(called, origin, archs, Sizes.shown(sentBytes));
            }
            String same = "%s is already published at %s, same digest".formatted(called, origin);
            return switch (resentBlobs) {
                case 0 -> same;
                case 1 -> same + "; 1 blob was missing or broken there and was sent again";
                default -> same + "; %d blobs were missing or broken there and were sent again".formatted(resentBlobs);
            };
        }
    }

    /// @param bytes the index
    public Outcome version(PackageName name, byte[] bytes, Source source) throws IOException {
        Index index = Index.read(bytes);
        Version version = index.version().requireFixed();
        Digest digest = Digest.of(bytes);
        Optional<Digest> there = registry.digestOf(name, version.tag());
        boolean published = there.equals(Optional.of(digest));
        if (there.isPresent() && !published) {
            throw taken(name, index, there.get(), digest);
        }
        String push = pushOf(name, version);
        Sent sent = sendBlobs(name, blobs(index, source, published), source, push);
        for (Descriptor build : index.manifests()) {
            if (!published || !registry.hasDocument(name, build.digest())) {
                registry.putDocument(
                        name,
                        build.digest().toString(),
                        MediaTypes.IMAGE_MANIFEST,
                        source.document(build),
                        push + ", build " + build.digest());
                sent.count++;
            }
        }
        if (published) {
            return new Outcome(true, sent.count, sent.bytes);
        }
        registry.putDocument(name, version.tag(), MediaTypes.IMAGE_INDEX, bytes, push);
        return new Outcome(false, 0, sent.bytes);
    }

    /// Makes a channel of kernels point at a version that is published.
    public void channel(PackageName name, String channel, byte[] bytes) throws IOException {
        Version version = Index.read(bytes).version();
        registry.putDocument(
                name, channel, MediaTypes.IMAGE_INDEX, bytes, pushOf(name, version) + ", channel " + channel);
    }

    private Failure taken(PackageName name, Index pushed, Digest there, Digest digest) throws IOException {
        Version version = pushed.version();
        String called = Resolved.called(name) + ":" + version;
        Optional<Version> actual =
                registry.document(name, version.tag()).flatMap(document -> versionOf(document, pushed.artifactType()));
        if (actual.equals(Optional.of(version))) {
            return Failure.refused(
                            "version-exists",
                            "%s is published at %s as %s, this is %s; a version never changes"
                                    .formatted(called, registry.origin(), there, digest))
                    .next("publish it under another version");
        }
        return Failure.refused(
                        "tag-in-the-way",
                        "%s is no version at %s but a tag, which points at %s"
                                .formatted(
                                        called,
                                        registry.origin(),
                                        actual.map(other -> "version " + other + ", ")
                                                        .orElse("")
                                                + there))
                .next("remove the tag from the registry, or publish this under another version");
    }

    /// The version that a document says it is; empty where it is nothing of ours.
    private static Optional<Version> versionOf(Document document, Optional<String> artifactType) {
        try {
            Index index = Index.read(document.bytes());
            return index.artifactType().equals(artifactType) ? Optional.of(index.version()) : Optional.empty();
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }

    private static String pushOf(PackageName name, Version version) {
        return "push of %s:%s".formatted(Resolved.called(name), version);
    }

    /// The blobs that the manifests of a version name. A published version may be offered from a source that has only
    /// some of its builds.
    private static Collection<Descriptor> blobs(Index index, Source source, boolean published) throws IOException {
        Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
        for (Descriptor build : index.manifests()) {
            if (!published || source.has(build)) {
                Manifest manifest = Manifest.read(source.document(build));
                manifest.layers().forEach(layer -> blobs.put(layer.digest(), layer));
                blobs.put(manifest.config().digest(), manifest.config());
            }
        }
        return blobs.values();
    }

    private Sent sendBlobs(PackageName name, Collection<Descriptor> blobs, Source source, String push)
            throws IOException {
        long total = blobs.stream().mapToLong(Descriptor::size).sum();
        Sent sent = new Sent();
        try (Progress progress = messages.progress(Resolved.called(name), total)) {
            List<ParallelTasks.Task> tasks = new ArrayList<>();
            for (Descriptor blob : blobs) {
                Upload.Source bytes = offset -> new Counted(source.openAt(blob, offset), progress);
                tasks.add(() -> {
                    if (registry.putBlob(name, blob, bytes, push)) {
                        sent.add(blob.size());
                    }
                });
            }
            ParallelTasks.run(tasks);
        }
        return sent;
    }

    private static final class Sent {
        private int count;
        private long bytes;

        synchronized void add(long more) {
            count++;
            bytes += more;
        }
    }

    private static final class Counted extends FilterInputStream {
        private final Progress progress;

        Counted(InputStream in, Progress progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            progress.add(Math.max(0, count));
            return count;
        }
    }
}
