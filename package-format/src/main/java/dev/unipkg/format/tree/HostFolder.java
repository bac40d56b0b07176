package dev.unipkg.format.tree;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
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
        FileTree.BadLink bad = tree.firstBadLink().orElse(null);
        if (bad != null) {
            throw new IOException(
                    switch (bad.why()) {
                        case ABSOLUTE ->
                            "the link " + bad.path() + " has an absolute target: " + bad.target()
                                    + "; make it relative, such as "
                                    + TreePath.relativeTarget(bad.path(), bad.target());
                        case LEAVES_ROOT -> "the link " + bad.path() + " leaves the root: " + bad.target();
                        case LOOPS -> "the link " + bad.path() + " never ends: " + bad.target();
                    });
        }
        return tree;
    }

    private Node.Directory directory(Path directory, String path, int depth) throws IOException {
        SortedMap<String, Node> children = new TreeMap<>(TreePath.NAME_ORDER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                // Java shows bytes that are not UTF-8 as U+FFFD: such a name could not be written back.
                if (!TreePath.isName(name) || name.indexOf('\uFFFD') >= 0) {
                    throw new IOException("a name that no tree may hold: \"" + name + "\" in " + directory);
                }
                children.put(name, node(file, TreePath.join(path, name), depth + 1));
            }
        }
        return new Node.Directory(children);
    }

    private Node node(Path file, String path, int depth) throws IOException {
        if (++entries > limits.entries() || depth > limits.depth() || path.length() > limits.pathLength()) {
            throw new IOException(folder + " is over the limit of " + limits.entries() + " entries, " + limits.depth()
                    + " levels or " + limits.pathLength() + " characters of path, at " + path);
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
            throw new IOException("neither a file, a directory nor a link: " + file);
        }
        bytes += attributes.size();
        if (bytes > limits.bytes()) {
            throw new IOException(folder + " is over the limit of " + limits.bytes() + " bytes, at " + path);
        }
        return new Node.File(
                new Content.Region(file, 0, attributes.size()),
                attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE));
    }

    private Node.Symlink link(Path file, String path) throws IOException {
        String target = Files.readSymbolicLink(file).toString();
        if (target.length() > limits.linkLength()) {
            throw new IOException(
                    "the target of the link " + path + " is over the limit of " + limits.linkLength() + " characters");
        }
        return new Node.Symlink(target);
    }
}
