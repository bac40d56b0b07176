package dev.unipkg.registry.ops;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.layer.Limits;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/// The tar in a gzip file, within limits. A tar reader holds in memory what stands before an entry, such as a long
/// name,
/// so the reader says how much may come next.
final class UnpackedStream extends BlockInputStream {

    /// How much may stand before an entry: the padding of the one before, its header, a long name, pax records.
    private static final int MAX_HEADER_BYTES = 64 << 10;

    /// How much may stand behind the last entry; tar fills up its last record of blocks.
    private static final int MAX_END_BYTES = 1 << 20;

    private static final Refusal LONG_HEADER = new ArchiveRefusal.Corrupt(
            "the tarball",
            "more than " + MAX_HEADER_BYTES + " bytes stand before an entry, where its name is expected");

    private final Counted compressed;
    private final InputStream tar;
    private final Limits limits;
    private long bytes;
    private long allowed;
    private Refusal beyond = LONG_HEADER;

    private UnpackedStream(Counted compressed, Limits limits) throws IOException {
        this.compressed = compressed;
        this.tar = new GzipCompressorInputStream(compressed, true);
        this.limits = limits;
        this.allowed = MAX_HEADER_BYTES;
    }

    static UnpackedStream open(Path gzip, Limits limits) throws IOException {
        Counted compressed = new Counted(new BufferedInputStream(Files.newInputStream(gzip)));
        try {
            return new UnpackedStream(compressed, limits);
        } catch (IOException e) {
            compressed.close();
            throw e;
        }
    }

    /// Lets the header of an entry come.
    void allowHeader() {
        allowed = MAX_HEADER_BYTES;
        beyond = LONG_HEADER;
    }

    /// Lets the content of an entry come, and what fills it up.
    void allowContent(long size) {
        allowed = size + MAX_HEADER_BYTES;
    }

    /// Reads to the end, where the checksum of the gzip form stands.
    void requireEnd() throws IOException {
        allowed = MAX_END_BYTES;
        beyond = new ArchiveRefusal.TrailingBytes("the tarball");
        transferTo(java.io.OutputStream.nullOutputStream());
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = tar.read(into, offset, (int) Math.min(length, Math.max(allowed + 1, 1)));
        if (read > 0) {
            allowed -= read;
            bytes += read;
            if (bytes > limits.bytes()) {
                throw new ArchiveRefusal.UnpacksTooLarge(limits.bytes()).asException();
            }
            if (bytes > Limits.RATIO_FREE_BYTES && bytes / limits.ratio() > compressed.bytes) {
                throw new ArchiveRefusal.Bomb(limits.ratio()).asException();
            }
            if (allowed < 0) {
                throw beyond.asException();
            }
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    private static final class Counted extends FilterInputStream {

        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            bytes += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = in.read(into, offset, length);
            bytes += Math.max(read, 0);
            return read;
        }
    }
}
