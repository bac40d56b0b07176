package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A TFS file system that anybody wrote: the kernel, its tools, unipkg. Its log is read and decoded when it is
/// opened, its files when they are asked for. Broken or hostile bytes end in a [RefusedException].
public final class TfsReader {

    private final Window window;
    private final TfsLimits limits;
    private final LogReader.Log log;
    private final TfsNode.Directory root;
    private final Value.Tuple attributes;

    private TfsReader(Window window, TfsLimits limits) throws IOException {
        this.window = window;
        this.limits = limits;
        this.log = LogReader.read(window, limits);
        TreeReader tree = new TreeReader(window.what(), limits);
        this.root = tree.root(log.root());
        this.attributes = tree.attributes(log.root());
    }

    /// Reads the file system that begins where `window` begins.
    public static TfsReader open(Window window, TfsLimits limits) throws IOException {
        return new TfsReader(window, limits);
    }

    /// Whether the first bytes of a file, or all there are, begin a file system.
    public static boolean isMagic(byte[] head) {
        return head.length >= Tfs.MAGIC.length
                && Arrays.equals(head, 0, Tfs.MAGIC.length, Tfs.MAGIC, 0, Tfs.MAGIC.length);
    }

    /// The name of the volume; empty for the file systems of an image.
    public String label() {
        return log.identity().label();
    }

    /// The identity of the volume.
    public UUID uuid() {
        return log.identity().uuid();
    }

    /// The version of the encoding: 5, or 4 in images of old tools.
    public int version() {
        return log.identity().version();
    }

    /// The directory at the top.
    public TfsNode.Directory root() {
        return root;
    }

    /// The attributes of the root: what the kernel is told to run, and how.
    public Value.Tuple attributes() {
        return attributes;
    }

    /// The node at `path`, which may begin with `/`; links are not followed.
    public Optional<TfsNode> find(String path) {
        TfsNode node = root;
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                node = node instanceof TfsNode.Directory(var children) ? children.get(name) : null;
            }
        }
        return Optional.ofNullable(node);
    }

    /// The file that `path` leads to when every link is followed, as a program on the image would see it.
    public Optional<TfsNode.File> file(String path) {
        return TfsLinks.file(this, path);
    }

    /// Shows every entry but the root, depth-first in the order of names, a directory before what is in it.
    public void forEach(Visitor visitor) throws IOException {
        visit("", root, visitor);
    }

    /// The bytes of a file of this file system.
    ///
    /// @throws RefusedException when it has more bytes than the limits allow, or lies outside its partition
    public InputStream open(TfsNode.File file) throws RefusedException {
        requireReadable(file);
        return new ExtentInputStream(window, file);
    }

    /// Writes the bytes of a file of this file system to the empty file `target`, inside the kernel where it
    /// offers that, leaving holes where there are none.
    ///
    /// @throws RefusedException as [#open] does
    public void copyTo(TfsNode.File file, FileChannel target) throws IOException {
        requireReadable(file);
        for (Extent extent : file.extents()) {
            long at = extent.fileBlock() * Tfs.BLOCK;
            long bytes = Math.min(extent.blocks() * Tfs.BLOCK, file.size() - at);
            target.position(at);
            for (long done = 0; done < bytes; ) {
                long from = window.offset() + extent.block() * Tfs.BLOCK + done;
                long moved = window.channel().transferTo(from, bytes - done, target);
                if (moved <= 0) {
                    throw new ArchiveRefusal.Truncated(window.what()).asException();
                }
                done += moved;
            }
        }
        if (target.size() < file.size()) {
            target.write(ByteBuffer.allocate(1), file.size() - 1);
        }
    }

    /// Writes the bytes of the file at `path`, links followed, to `out`.
    ///
    /// @throws RefusedException when there is no such file
    public void cat(String path, OutputStream out) throws IOException {
        TfsNode.File file = file(path)
                .orElseThrow(() -> new ArchiveRefusal.Corrupt(window.what(), "it has no file " + path).asException());
        try (InputStream in = open(file)) {
            in.transferTo(out);
        }
    }

    /// The errors and warnings of this file system.
    public List<Finding> check() throws IOException {
        return new TfsCheck(this, window, log).findings();
    }

    private void requireReadable(TfsNode.File file) throws RefusedException {
        if (file.size() > limits.fileBytes()) {
            throw new ContentRefusal.TooLarge("a file of " + window.what(), limits.fileBytes()).asException();
        }
        for (Extent extent : file.extents()) {
            if (!isInside(extent)) {
                throw new ArchiveRefusal.Corrupt(window.what(), "one of its files lies outside").asException();
            }
        }
    }

    boolean isInside(Extent extent) {
        return extent.block() + Math.max(extent.blocks(), extent.allocated()) <= window.size() / Tfs.BLOCK;
    }

    private static void visit(String path, TfsNode.Directory directory, Visitor visitor) throws IOException {
        for (Map.Entry<String, TfsNode> child : directory.children().entrySet()) {
            String childPath = TreePath.join(path, child.getKey());
            visitor.visit(childPath, child.getValue());
            if (child.getValue() instanceof TfsNode.Directory inner) {
                visit(childPath, inner, visitor);
            }
        }
    }

    /// Sees the entries of a file system.
    @FunctionalInterface
    public interface Visitor {
        /// @param path of the entry, without a slash in front
        void visit(String path, TfsNode node) throws IOException;
    }
}
