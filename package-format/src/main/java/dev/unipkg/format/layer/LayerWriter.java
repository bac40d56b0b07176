package dev.unipkg.format.layer;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.HashingOutputStream;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/// Writes a tree as a canonical layer, in one pass: contents are read once, and both digests are known at the end. The
/// form is specified in the description of this package. A layer written within some [Limits] can be read within the
/// same ones.
public final class LayerWriter {

    /// The zstd level of layers. They are made once and fetched often, and level 9 still compresses tens of megabytes
    /// a second.
    public static final int DEFAULT_LEVEL = 9;

    /// The tar reaches the compressor in pieces of this size whatever the entries are, so that the frame depends on
    /// the bytes alone.
    private static final int PIECE = 128 * 1024;

    private final OutputStream compressed;
    private final HashingOutputStream blob;
    private final Limits limits;
    private final LayerBudget budget;
    private final MessageDigest tarHash = Digest.sha256();
    private final byte[] piece = new byte[PIECE];
    private int filled;
    private long tarSize;

    private LayerWriter(OutputStream compressed, HashingOutputStream blob, LayerBudget budget) {
        this.compressed = compressed;
        this.blob = blob;
        this.limits = budget.limits();
        this.budget = budget;
    }

    /// Writes `tree` compressed at [#DEFAULT_LEVEL]; see [#write(FileTree, OutputStream, int)].
    public static WrittenLayer write(FileTree tree, OutputStream out) throws IOException {
        return write(tree, out, DEFAULT_LEVEL);
    }

    /// Writes `tree` to `out`, within the limits of every reader.
    public static WrittenLayer write(FileTree tree, OutputStream out, int level) throws IOException {
        return write(tree, out, level, new LayerBudget(Limits.DEFAULT));
    }

    /// Writes `tree` to `out`, which stays open.
    ///
    /// @param level of zstd, 1 (fast) to 19 (small)
    /// @param room that readers have for it beside the layers that took of it before; paths and links keep their
    ///     limits by themselves ([dev.unipkg.format.tree.TreeLimits])
    /// @throws RefusedException when the tree holds what no layer may hold: a link that is absolute, leaves the
    ///     root or never ends, one name in two Unicode forms, a file of 8 GiB, a name that begins with `.wh.`;
    ///     or when it is over the limits
    public static WrittenLayer write(FileTree tree, OutputStream out, int level, LayerBudget budget)
            throws IOException {
        tree.requireSound();
        HashingOutputStream blob = new HashingOutputStream(out);
        LayerWriter writer;
        try (ZstdOutputStreamNoFinalizer frame = new ZstdOutputStreamNoFinalizer(new Unclosed(blob), level)) {
            frame.setChecksum(true);
            writer = new LayerWriter(frame, blob, budget);
            tree.forEach(writer::entry);
            writer.end();
        }
        out.flush();
        return new WrittenLayer(blob.digest(), blob.size(), Digest.ofHash(writer.tarHash.digest()), writer.tarSize);
    }

    /// Writes `tree` to `out`, which stays open, as the tar that a layer unpacks to. It is for archives of other
    /// formats, whose paths may be longer than those of layers.
    ///
    /// @throws RefusedException as [#write(FileTree, OutputStream, int, LayerBudget)] does
    public static void writeTar(FileTree tree, OutputStream out, Limits limits) throws IOException {
        tree.requireSound();
        HashingOutputStream tar = new HashingOutputStream(out);
        LayerWriter writer = new LayerWriter(tar, tar, new LayerBudget(limits));
        tree.forEach(writer::entry);
        writer.end();
        out.flush();
    }

    private void end() throws IOException {
        bytes(new byte[2 * TarHeader.BLOCK], 2 * TarHeader.BLOCK);
        pieceDone();
    }

    private void entry(String path, Node node) throws IOException {
        switch (node) {
            case Node.Directory _ -> header(LayerEntry.directory(path));
            case Node.Symlink(String target) -> header(LayerEntry.symlink(path, target));
            case Node.File(Content content, boolean executable) -> {
                if (content.size() > TarHeader.MAX_FILE_BYTES) {
                    throw new ContentRefusal.TooLarge(path, TarHeader.MAX_FILE_BYTES).asException();
                }
                header(LayerEntry.file(path, content.size(), executable));
                content(content);
            }
        }
    }

    private void header(LayerEntry entry) throws IOException {
        String problem = EntryRules.problem(entry);
        if (problem != null) {
            throw new ArchiveRefusal.NotCanonical(entry.path(), problem).asException();
        }
        budget.take(entry);
        byte[] header = TarHeader.encode(entry);
        bytes(header, header.length);
    }

    private void content(Content content) throws IOException {
        long left = content.size();
        try (InputStream in = content.open()) {
            while (left > 0) {
                int read = in.read(piece, filled, (int) Math.min(left, PIECE - filled));
                if (read < 0) {
                    throw new EOFException("a file ended " + left + " bytes too early while it was read");
                }
                left -= read;
                advance(read);
            }
        }
        bytes(new byte[TarHeader.BLOCK], TarHeader.padding(content.size()));
    }

    private void bytes(byte[] bytes, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = Math.min(length - done, PIECE - filled);
            System.arraycopy(bytes, done, piece, filled, count);
            done += count;
            advance(count);
        }
    }

    private void advance(int count) throws IOException {
        filled += count;
        if (filled == PIECE) {
            pieceDone();
        }
    }

    private void pieceDone() throws IOException {
        tarHash.update(piece, 0, filled);
        compressed.write(piece, 0, filled);
        budget.take(filled);
        tarSize += filled;
        filled = 0;
        // The compressor has written at most the bytes that a reader needs to reach this point, so a reader sees no
        // higher ratio.
        if (tarSize > Limits.RATIO_FREE_BYTES && tarSize / limits.ratio() > blob.size()) {
            throw new ArchiveRefusal.Bomb(limits.ratio()).asException();
        }
    }

    /// Lets the compressor be closed without closing what is behind it.
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
