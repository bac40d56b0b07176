package dev.unipkg.format.layer;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

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
        return read(blob, compression, limits, OutputStream.nullOutputStream(), true);
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

    /// The same, to a stream. What was written is worth nothing unless this returns.
    ///
    /// @param tar not closed
    public static ReadLayer unpack(
            InputStream blob, LayerCompression compression, Limits limits, Expected expected, OutputStream tar)
            throws IOException {
        ReadLayer layer = read(blob, compression, limits, tar, false);
        expected.require(layer);
        return layer;
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
            InputStream blob, LayerCompression compression, Limits limits, OutputStream tar, boolean hashFiles)
            throws IOException {
        Counted counted = new Counted(blob);
        try (InputStream unwrapped = compression.unwrap(counted)) {
            StreamSource source = new StreamSource(unwrapped, () -> counted.bytes, tar, limits, hashFiles);
            TarParser.Parsed parsed = TarParser.parse(source, limits);
            return new ReadLayer(
                    Digest.ofHash(counted.hash.digest()),
                    counted.bytes,
                    source.tarDigest(),
                    source.tarSize(),
                    parsed.entries());
        }
    }

    /// What a layer should be, from a manifest and its config.
    public record Expected(Digest blob, long blobSize, Digest diffId) {
        void require(ReadLayer layer) throws RefusedException {
            if (layer.blobSize() != blobSize) {
                throw new ContentRefusal.SizeMismatch(blobSize, layer.blobSize()).asException();
            }
            if (!layer.blob().equals(blob)) {
                throw new ContentRefusal.DigestMismatch(blob, layer.blob()).asException();
            }
            if (!layer.diffId().equals(diffId)) {
                throw new ContentRefusal.DigestMismatch(diffId, layer.diffId()).asException();
            }
        }
    }

    /// Hashes and counts what is read. Closing it leaves the stream behind it open.
    private static final class Counted extends FilterInputStream {
        private final MessageDigest hash = Digest.sha256();
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = in.read(into, offset, length);
            if (read > 0) {
                hash.update(into, offset, read);
                bytes += read;
            }
            return read;
        }

        @Override
        public void close() {}
    }
}
