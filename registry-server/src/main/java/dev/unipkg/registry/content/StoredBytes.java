package dev.unipkg.registry.content;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Download;
import dev.unipkg.storage.Range;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what is in the store, for the server itself.
@ApplicationScoped
public class StoredBytes {

    private final BlobStore store;
    private final Quarantine quarantine;

    StoredBytes(BlobStore store, Quarantine quarantine) {
        this.store = store;
        this.quarantine = quarantine;
    }

    /// A manifest or an index; empty where the store does not have it whole.
    ///
    /// @param size the recorded size, in bytes
    public Optional<byte[]> manifest(Digest digest, long size) throws IOException {
        Optional<InputStream> stored = store.read(digest, size, Range.WHOLE);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes;
        try (InputStream in = stored.get()) {
            bytes = in.readNBytes(JsonLimits.DOCUMENT_BYTES + 1);
        }
        if (digest.isOf(bytes)) {
            return Optional.of(bytes);
        }
        putAsideIfBroken(digest, size, () -> {});
        return Optional.empty();
    }

    /// The bytes of a manifest for this server to send, also where the store would redirect clients; empty if
    /// the store does not have them whole.
    ///
    /// @param size the recorded size, in bytes
    public Optional<Download> download(Digest digest, long size) throws IOException {
        return store.find(digest, size)
                .map(found -> found instanceof Download.At ? new Download.Bytes(store, digest, size) : found);
    }

    /// A small document that a manifest names.
    ///
    /// @param what how to call it in a refusal
    /// @throws RefusedException when the store does not have it whole, or when it is larger than documents are
    public byte[] document(String what, Descriptor descriptor) throws IOException {
        if (descriptor.size() > JsonLimits.DOCUMENT_BYTES) {
            throw new ContentRefusal.TooLarge(what, JsonLimits.DOCUMENT_BYTES).asException();
        }
        return manifest(descriptor.digest(), descriptor.size())
                .orElseThrow(() -> new ContentRefusal.AbsentContent(List.of(descriptor.digest())).asException());
    }

    /// A blob that a manifest names; the caller closes it.
    ///
    /// @throws RefusedException when the store does not have it whole
    public InputStream open(Descriptor blob) throws IOException {
        return open(blob, Range.WHOLE);
    }

    private InputStream open(Descriptor blob, Range range) throws IOException {
        return store.read(blob.digest(), blob.size(), range)
                .orElseThrow(() -> new ContentRefusal.AbsentContent(List.of(blob.digest())).asException());
    }

    /// The first bytes of a blob that a manifest names: `most`, or all of a shorter one.
    ///
    /// @throws RefusedException when the store does not have it whole
    public byte[] head(Descriptor blob, int most) throws IOException {
        try (InputStream in = open(blob, new Range(0, most))) {
            return in.readNBytes(most);
        }
    }

    /// Reads blobs again to their ends and puts the broken ones aside, so that their next push repairs them.
    ///
    /// @param sizes the recorded size of each, in bytes
    /// @param step runs between pieces
    /// @return the broken ones
    public List<Digest> putBrokenAside(Map<Digest, Long> sizes, Runnable step) throws IOException {
        List<Digest> broken = new ArrayList<>();
        for (Map.Entry<Digest, Long> blob : sizes.entrySet()) {
            if (putAsideIfBroken(blob.getKey(), blob.getValue(), step)) {
                broken.add(blob.getKey());
            }
        }
        return broken;
    }

    /// @return whether it is broken
    private boolean putAsideIfBroken(Digest digest, long size, Runnable step) throws IOException {
        return quarantine.inspect(digest, size, _ -> step.run()) != Quarantine.Found.WHOLE;
    }
}
