package dev.unipkg.registry.content;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Download;
import dev.unipkg.storage.Range;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Reads what is in the store, for the server itself.
@ApplicationScoped
public class StoredBytes {

    /// The largest manifest or config: 4 MiB, which the distribution-spec asks registries to take at least.
    public static final int MAX_DOCUMENT_BYTES = 4 << 20;

    private final BlobStore store;

    StoredBytes(BlobStore store) {
        this.store = store;
    }

    /// A manifest that the database says is there; empty where its bytes are gone.
    public Optional<byte[]> manifest(Digest digest) throws IOException {
        Optional<InputStream> stored = store.read(digest, Range.WHOLE);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stored.get()) {
            return Optional.of(in.readNBytes(MAX_DOCUMENT_BYTES + 1));
        }
    }

    /// Where the bytes of a manifest are for this server to send, wherever the store would have clients fetch them;
    /// empty where they are gone.
    public Optional<Download> download(Digest digest) throws IOException {
        return store.find(digest)
                .map(found -> found instanceof Download.At at ? new Download.Bytes(store, digest, at.size()) : found);
    }

    /// A small document that a manifest names.
    ///
    /// @param what how to call it in a refusal
    /// @throws RefusedException when it is absent, has another size than the descriptor says, or is larger than
    ///     documents are
    public byte[] document(String what, Descriptor descriptor) throws IOException {
        if (descriptor.size() > MAX_DOCUMENT_BYTES) {
            throw new ContentRefusal.TooLarge(what, MAX_DOCUMENT_BYTES).asException();
        }
        try (InputStream in = open(descriptor.digest())) {
            byte[] bytes = in.readNBytes(MAX_DOCUMENT_BYTES + 1);
            requireSize(descriptor, bytes.length);
            return bytes;
        }
    }

    /// A blob that a manifest names; the caller closes it.
    ///
    /// @throws RefusedException when it is absent
    public InputStream open(Digest digest) throws IOException {
        return open(digest, Range.WHOLE);
    }

    private InputStream open(Digest digest, Range range) throws IOException {
        return store.read(digest, range)
                .orElseThrow(() -> new ContentRefusal.AbsentContent(List.of(digest)).asException());
    }

    /// The first bytes of a blob that a manifest names: `most`, or all of a shorter one.
    ///
    /// @throws RefusedException when it is absent
    public byte[] head(Digest digest, int most) throws IOException {
        try (InputStream in = open(digest, new Range(0, most))) {
            return in.readNBytes(most);
        }
    }

    /// The size of a blob that a manifest names.
    ///
    /// @throws RefusedException when it is absent, or has another size than the descriptor says
    public void requireSize(Descriptor descriptor) throws IOException {
        requireSize(
                descriptor,
                store.find(descriptor.digest())
                        .orElseThrow(() -> new ContentRefusal.AbsentContent(List.of(descriptor.digest())).asException())
                        .size());
    }

    private static void requireSize(Descriptor descriptor, long actual) throws RefusedException {
        if (descriptor.size() != actual) {
            throw new ContentRefusal.SizeMismatch(descriptor.size(), actual).asException();
        }
    }
}
