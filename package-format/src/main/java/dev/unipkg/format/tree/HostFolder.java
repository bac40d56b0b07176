package dev.unipkg.format.tree;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads a folder of this machine into a tree, never through a link.
final class HostFolder {

    private final Path folder;
    private final TreeLimits limits;
    private int entries;
    private long bytes;

    private HostFolder(Path folder, TreeLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    static FileTree read(Path folder, TreeLimits limits) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("not a folder: " + folder);
        }
        FileTree tree = FileTree.of(new HostFolder(folder, limits).directory(folder, "", 0));
        tree.requireSound();
        return tree;
    }

    private Node.Directory directory(Path directory, String path, int depth) throws IOException {
        SortedMap<String, Node> children = new TreeMap<>(TreePath.NAME_ORDER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                Optional<ArchiveRefusal> broken = TreePath.refusalOfHostPath(TreePath.join(path, name));
                if (broken.isPresent()) {
                    throw broken.get().asException();
                }
                children.put(name, node(file, TreePath.join(path, name), depth + 1));
            }
        }
        return new Node.Directory(children);
    }

    private Node node(Path file, String path, int depth) throws IOException {
        if (++entries > limits.entries()) {
            throw new ArchiveRefusal.TooManyEntries(limits.entries()).asException();
        }
        if (depth > limits.depth()) {
            throw new ArchiveRefusal.PathTooDeep(path, limits.depth()).asException();
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > limits.pathLength()) {
            throw new ArchiveRefusal.PathTooLong(path, limits.pathLength()).asException();
        }
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            return link(file, path);
        }
        if (attributes.isDirectory()) {
            return directory(file, path, depth);
        }
        if (!attributes.isRegularFile()) {
            throw new ArchiveRefusal.Device(path, "device, socket or named pipe").asException();
        }
        bytes += attributes.size();
        if (bytes > limits.bytes()) {
            throw new ContentRefusal.TooLarge(folder.toString(), limits.bytes()).asException();
        }
        return new Node.File(
                new Content.Region(file, 0, attributes.size()),
                attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE));
    }

    private Node.Symlink link(Path file, String path) throws IOException {
        String target = Files.readSymbolicLink(file).toString();
        if (target.getBytes(StandardCharsets.UTF_8).length > limits.linkLength()) {
            throw new ArchiveRefusal.LinkTooLong(path, limits.linkLength()).asException();
        }
        return new Node.Symlink(target);
    }
}
