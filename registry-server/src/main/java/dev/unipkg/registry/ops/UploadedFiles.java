package dev.unipkg.registry.ops;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import dev.unipkg.registry.content.ScratchFile;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/// Reads a tarball that a client of ops pushed. All entries are below one root folder, and are directories, files or
/// symbolic links. Their contents go into one file, one behind the other.
///
/// Paths of the tree are those below the root folder. A link below `sysroot` with an absolute target becomes relative:
/// in the guest `sysroot` is the root, so it means the same.
final class UploadedFiles {

    private static final String WHAT = "the tarball";
    private static final int PIECE_BYTES = 64 << 10;

    private final String folder;
    private final Limits limits;
    private final FileTree.Builder tree = FileTree.builder();

    /// Whether each path so far is a directory.
    private final Map<String, Boolean> directories = new HashMap<>();

    private long names;
    private int entries;
    private long unpackedBytes;

    private UploadedFiles(String folder, Limits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /// Reads the tarball.
    ///
    /// @param folder the root folder that it must have
    /// @param unpacked the file for the contents, which must stay for as long as the tree is in use
    /// @param step runs between pieces
    /// @throws RefusedException when it is damaged, over the limits, or holds what no package may hold
    static FileTree read(Path tarball, String folder, Path unpacked, Limits limits, Runnable step) throws IOException {
        UploadedFiles files = new UploadedFiles(folder, limits);
        try (UnpackedStream stream = UnpackedStream.open(tarball, limits);
                TarArchiveInputStream tar = new TarArchiveInputStream(stream, StandardCharsets.UTF_8.name());
                OutputStream contents = new BufferedOutputStream(ScratchFile.open(unpacked), PIECE_BYTES)) {
            OutputStream bounded = new BoundedSpool(WHAT, contents, limits.bytes());
            for (TarArchiveEntry entry = next(stream, tar); entry != null; entry = next(stream, tar)) {
                step.run();
                stream.allowContent(entry.getSize());
                files.take(entry, tar, unpacked, bounded);
            }
            stream.requireEnd();
        } catch (RefusedException e) {
            throw e;
        } catch (EOFException e) {
            throw new RefusedException(new ArchiveRefusal.Truncated(WHAT), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new RefusedException(new ArchiveRefusal.Corrupt(WHAT, String.valueOf(e.getMessage())), e);
        }
        return files.tree.buildOrRefuse();
    }

    private static @Nullable TarArchiveEntry next(UnpackedStream stream, TarArchiveInputStream tar) throws IOException {
        stream.allowHeader();
        return tar.getNextEntry();
    }

    private void take(TarArchiveEntry entry, InputStream content, Path unpacked, OutputStream contents)
            throws IOException {
        String path = entry.getName().replaceFirst("/$", "");
        requirePath(path);
        String root = path.replaceFirst("/.*", "");
        if (!root.equals(folder)) {
            throw new PublishRefusal.SaysOtherwise("root folder", folder, root).asException();
        }
        if (++entries > limits.entries()) {
            throw new ArchiveRefusal.TooManyEntries(limits.entries()).asException();
        }
        boolean directory = entry.isDirectory();
        place(path, directory);
        if (path.equals(folder)) {
            requireDirectory(path, directory);
            return;
        }
        String below = path.substring(folder.length() + 1);
        if (directory) {
            tree.directory(below);
        } else if (entry.isSymbolicLink()) {
            tree.put(below, new Node.Symlink(target(below, entry.getLinkName())));
        } else {
            requireFile(path, entry);
            long size = copy(path, entry.getSize(), content, contents);
            tree.file(below, new Content.Region(unpacked, unpackedBytes, size), (entry.getMode() & 0111) != 0);
            unpackedBytes += size;
        }
    }

    private void requirePath(String path) throws RefusedException {
        var refusal = TreePath.refusalOfHostPath(path);
        if (refusal.isPresent()) {
            throw refusal.get().asException();
        }
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        names += length;
        if (length > limits.pathLength() || names > limits.names()) {
            throw new ArchiveRefusal.PathTooLong(path, limits.pathLength()).asException();
        }
    }

    /// Two entries of one path are two contents to two readers; so are a file and what lies below it.
    private void place(String path, boolean directory) throws RefusedException {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (!directories.computeIfAbsent(path.substring(0, slash), _ -> true)) {
                throw new ArchiveRefusal.NoParent(path).asException();
            }
        }
        Boolean before = directories.putIfAbsent(path, directory);
        if (before != null && !(before && directory)) {
            throw new ArchiveRefusal.DuplicateEntry(path).asException();
        }
    }

    private String target(String link, String target) throws RefusedException {
        if (target.isEmpty()) {
            throw new ArchiveRefusal.Corrupt(WHAT, "a link has no target").asException();
        }
        if (target.getBytes(StandardCharsets.UTF_8).length > limits.linkLength()) {
            throw new ArchiveRefusal.LinkTooLong(link, limits.linkLength()).asException();
        }
        String inGuest = TarballTree.SYSROOT + "/";
        return target.startsWith("/") && link.startsWith(inGuest)
                ? TreePath.relativeTarget(link.substring(inGuest.length()), target)
                : target;
    }

    private static void requireDirectory(String path, boolean directory) throws RefusedException {
        if (!directory) {
            throw new ArchiveRefusal.Conflict(path, "is not a directory").asException();
        }
    }

    private static void requireFile(String path, TarArchiveEntry entry) throws RefusedException {
        byte type = entry.getLinkFlag();
        switch (type) {
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM -> {
                if (entry.isSparse()) {
                    throw new ArchiveRefusal.UnknownEntry(path, "sparse file").asException();
                }
            }
            case TarConstants.LF_LINK -> throw new ArchiveRefusal.HardLink(path).asException();
            case TarConstants.LF_CHR, TarConstants.LF_BLK ->
                throw new ArchiveRefusal.Device(path, "device").asException();
            case TarConstants.LF_FIFO -> throw new ArchiveRefusal.Device(path, "pipe").asException();
            default -> throw new ArchiveRefusal.UnknownEntry(path, Character.toString((char) type)).asException();
        }
    }

    private static long copy(String path, long size, InputStream content, OutputStream contents) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long copied = 0;
        for (int n = content.read(piece); n >= 0; n = content.read(piece)) {
            contents.write(piece, 0, n);
            copied += n;
        }
        if (copied != size) {
            throw new ArchiveRefusal.Truncated(path).asException();
        }
        return copied;
    }
}
