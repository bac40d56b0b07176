package dev.unipkg.cli.transfer;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.unipkg.cli.output.Progress;
import dev.unipkg.cli.registry.CountNotice;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.shelf.Claim;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.VerifyingInputStream;
import dev.unipkg.format.file.NewFile;
import dev.unipkg.format.layer.LayerCompression;
import dev.unipkg.format.layer.LayerReader;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;

/// Brings single blobs onto the shelf: verified while they come in, resumed where an earlier download was cut.
final class Fetch {
    private final Registry registry;
    private final Shelf shelf;
    private final PackageName repository;
    private final Progress progress;
    // Partial downloads are kept for the next command, but not when the disk is full: then all partial files of
    // this command are removed.
    private volatile boolean diskFull;

    Fetch(Registry registry, Shelf shelf, PackageName repository, Progress progress) {
        this.registry = registry;
        this.shelf = shelf;
        this.repository = repository;
        this.progress = progress;
    }

    /// Processes a blob while it arrives.
    private interface Reading {
        void read(Incoming incoming) throws IOException;
    }

    /// Brings a blob to the shelf as it is.
    void blob(Descriptor blob) throws IOException {
        blob(blob, from(blob));
    }

    /// Brings a blob to the shelf as it is, and as no download.
    ///
    /// @param notice is told where the registry counts downloads of it
    void uncountedBlob(Descriptor blob, CountNotice notice) throws IOException {
        blob(blob, offset -> registry.uncountedBlob(repository, blob, offset, notice));
    }

    private Incoming.Source from(Descriptor blob) {
        return offset -> registry.blob(repository, blob, offset);
    }

    private void blob(Descriptor blob, Incoming.Source source) throws IOException {
        try (Claim claim = shelf.claim(blob.digest())) {
            if (shelf.hasBlob(blob.digest(), blob.size())) {
                return;
            }
            receive(blob, source, incoming -> {
                InputStream verified = new VerifyingInputStream(incoming, blob.digest(), blob.size());
                // The partial file keeps the bytes; they only have to be seen.
                verified.transferTo(OutputStream.nullOutputStream());
                incoming.sync();
                Files.move(shelf.partial(blob.digest()), shelf.blob(blob.digest()), ATOMIC_MOVE, REPLACE_EXISTING);
            });
        }
    }

    /// Brings a layer to the shelf as the tar that is in it, from its blob where that is here already.
    void layer(Descriptor layer, Digest diffId) throws IOException {
        // As in [#blob] the claim is that on the partial file, which may be wanted as a blob at the same time.
        try (Claim claim = shelf.claim(layer.digest())) {
            if (shelf.hasLayer(diffId)) {
                return;
            }
            if (shelf.hasBlob(layer.digest(), layer.size())) {
                try (InputStream in = Files.newInputStream(shelf.blob(layer.digest()))) {
                    unpack(in, layer, diffId);
                }
                return;
            }
            receive(layer, from(layer), incoming -> {
                unpack(incoming, layer, diffId);
                Files.deleteIfExists(shelf.partial(layer.digest()));
            });
        }
    }

    private void unpack(InputStream in, Descriptor layer, Digest diffId) throws IOException {
        LayerReader.Expected expected = new LayerReader.Expected(layer.digest(), layer.size(), diffId);
        try (NewFile draft = shelf.draft()) {
            LayerReader.unpackAhead(in, LayerCompression.ZSTD, Limits.DEFAULT, expected, draft.out());
            draft.commit(shelf.layer(diffId));
        }
    }

    private void receive(Descriptor blob, Incoming.Source source, Reading reading) throws IOException {
        boolean again;
        do {
            again = false;
            try (Incoming incoming = new Incoming(source, blob, shelf.partial(blob.digest()), progress)) {
                try {
                    reading.read(incoming);
                } catch (RefusedException e) {
                    // The old part may be what is wrong (a crash of the machine before it reached the disk).
                    again = incoming.resumed() > 0;
                    RefusedException why = again ? e : reason(e, incoming, blob);
                    incoming.discard();
                    if (!again) {
                        throw why;
                    }
                } catch (IOException e) {
                    diskFull |= ContentRefusal.isDiskFull(e);
                    if (diskFull) {
                        incoming.discard();
                        throw new RefusedException(
                                new ContentRefusal.DiskFull(shelf.root().toString(), blob.size()), e);
                    }
                    throw e;
                }
            }
        } while (again);
    }

    // Damaged content is often refused for a consequence of the damage. The wrong digest is the better message.
    private static RefusedException reason(RefusedException refused, Incoming incoming, Descriptor blob) {
        if (!(refused.refusal() instanceof ArchiveRefusal)
                && !(refused.refusal() instanceof ContentRefusal.DigestMismatch)) {
            return refused;
        }
        try {
            Digest actual = incoming.digest();
            return actual.equals(blob.digest())
                    ? refused
                    : new RefusedException(new ContentRefusal.DigestMismatch(blob.digest(), actual), refused);
        } catch (IOException e) {
            refused.addSuppressed(e);
            return refused;
        }
    }
}
