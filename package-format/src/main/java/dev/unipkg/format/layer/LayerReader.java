package dev.unipkg.format.layer;

import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;

/// Reads canonical layers and nothing else. The form is specified in the description of this package; every way to
/// deviate from it is a case of [dev.unipkg.format.ArchiveRefusal]. Bytes are looked at only after they were counted
/// against the limits, so a stranger's layer costs no more than the limits allow.
public final class LayerReader {

    private LayerReader() {}

    /// Reads a layer to its end and lists it, with the digest of each file. Nothing is kept.
    ///
    /// @param blob the layer as it is stored; not closed
    /// @throws RefusedException when it is not canonical, or over the limits
    public static ReadLayer list(InputStream blob, LayerCompression compression, Limits limits) throws IOException {
        return read(blob, compression, new LayerBudget(limits), OutputStream.nullOutputStream(), true);
    }

    /// Reads a layer to its end while writing its tar, uncompressed, to a new file. The file is there afterwards only
    /// if the layer is canonical and is the one that was expected.
    ///
    /// @param blob the layer as it is stored; not closed
    /// @param tar must not exist
    /// @throws RefusedException when the layer is not canonical, over the limits, or another one
    public static ReadLayer unpack(
            InputStream blob, LayerCompression compression, Limits limits, Expected expected, Path tar)
            throws IOException {
        boolean kept = false;
        try (OutputStream file = Files.newOutputStream(tar, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ReadLayer layer = unpack(blob, compression, limits, expected, file);
            kept = true;
            return layer;
        } finally {
            if (!kept) {
                Files.deleteIfExists(tar);
            }
        }
    }

    /// The same, to a stream. The output is verified only when this returns.
    ///
    /// @param tar not closed
    public static ReadLayer unpack(
            InputStream blob, LayerCompression compression, Limits limits, Expected expected, OutputStream tar)
            throws IOException {
        return unpack(blob, compression, new LayerBudget(limits), expected, tar);
    }

    /// The same for one of several layers that are held in memory together.
    ///
    /// @param room that its entries share with those of the others
    /// @param tar not closed
    public static ReadLayer unpack(
            InputStream blob, LayerCompression compression, LayerBudget budget, Expected expected, OutputStream tar)
            throws IOException {
        ReadLayer layer = read(blob, compression, budget, tar, false);
        expected.require(layer);
        return layer;
    }

    /// The same for those who keep the tar only, in about half the time: it is decompressed in a thread of its
    /// own while it is checked, hashed and written in this one. The digest of the blob is not computed, as the one
    /// of the tar covers every byte that is kept.
    ///
    /// @param tar not closed
    public static void unpackAhead(
            InputStream blob, LayerCompression compression, Limits limits, Expected expected, OutputStream tar)
            throws IOException {
        Counted counted = new Counted(blob);
        try (Pieces pieces = new PiecesAhead(compression.unwrap(counted))) {
            StreamSource source = new StreamSource(pieces, counted::bytes, tar, limits, false);
            TarParser.Parsed unused = TarParser.parse(source, limits);
            expected.requireSize(counted.bytes());
            expected.requireTar(source.tarDigest());
        }
    }

    /// The tree in an uncompressed canonical tar, such as [#unpack] wrote. Only headers are read; contents are regions
    /// of the file, which must stay as it is for as long as the tree is in use.
    ///
    /// @throws RefusedException when the file is not a canonical tar
    public static FileTree openTar(Path tar, Limits limits) throws IOException {
        try (FileChannel channel = FileChannel.open(tar, StandardOpenOption.READ)) {
            return TarParser.parse(new FileSource(tar, channel), limits).tree();
        }
    }

    private static ReadLayer read(
            InputStream blob, LayerCompression compression, LayerBudget budget, OutputStream tar, boolean hashFiles)
            throws IOException {
        Limits limits = budget.limits();
        Hashed hashed = new Hashed(blob);
        Counted counted = new Counted(hashed);
        try (Pieces pieces = Pieces.of(compression.unwrap(counted))) {
            StreamSource source = new StreamSource(pieces, counted::bytes, tar, limits, hashFiles);
            TarParser.Parsed parsed = TarParser.parse(source, limits, budget);
            return new ReadLayer(
                    Digest.ofHash(hashed.hash.digest()),
                    counted.bytes(),
                    source.tarDigest(),
                    source.tarSize(),
                    parsed.entries());
        }
    }

    /// The expected digests and size of a layer, from a manifest and its config.
    public record Expected(Digest blob, long blobSize, Digest diffId) {
        void require(ReadLayer layer) throws RefusedException {
            requireSize(layer.blobSize());
            if (!layer.blob().equals(blob)) {
                throw new ContentRefusal.DigestMismatch(blob, layer.blob()).asException();
            }
            requireTar(layer.diffId());
        }

        void requireSize(long actual) throws RefusedException {
            if (actual != blobSize) {
                throw new ContentRefusal.SizeMismatch(blobSize, actual).asException();
            }
        }

        void requireTar(Digest actual) throws RefusedException {
            if (!actual.equals(diffId)) {
                throw new ContentRefusal.DigestMismatch(diffId, actual).asException();
            }
        }
    }

    /// Hashes what is read.
    private static final class Hashed extends BlockInputStream {
        private final InputStream in;
        private final MessageDigest hash = Digest.sha256();

        Hashed(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = in.read(into, offset, length);
            if (read > 0) {
                hash.update(into, offset, read);
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// Counts what is read. Closing it leaves the stream behind it open.
    private static final class Counted extends BlockInputStream {
        private final InputStream in;
        // Counted by the one thread that reads, looked at by another.
        private final AtomicLong bytes = new AtomicLong();

        Counted(InputStream in) {
            this.in = in;
        }

        long bytes() {
            return bytes.get();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = in.read(into, offset, length);
            if (read > 0) {
                bytes.addAndGet(read);
            }
            return read;
        }
    }
}
