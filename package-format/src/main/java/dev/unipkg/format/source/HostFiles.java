package dev.unipkg.format.source;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.elf.RootedPaths;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Copies a file or a whole folder of this machine into a package: names, executability and links. A link is never
/// followed out of what is copied, with one exception: in a root, a link that leaves the folder and leads to a file of
/// that root becomes a copy of that file, which is what the program would have seen.
final class HostFiles {

    private static final int MAX_ENTRIES = 1_000_000;

    private final Sink sink;
    private final Set<String> without;
    private final Optional<RootedPaths> root;
    private int entries;

    /// Takes what is copied.
    @FunctionalInterface
    interface Sink {
        void put(String path, Node node) throws IOException;
    }

    /// @param without names to leave out, at any depth
    /// @param root where links that leave the folder are followed; empty where they must not be
    HostFiles(Sink sink, Set<String> without, Optional<RootedPaths> root) {
        this.sink = sink;
        this.without = without;
        this.root = root;
    }

    /// Copies `file`, which is no link, to `target` in the package.
    ///
    /// @param source what `target` is called where it comes from, absolute in the root
    void copy(Path file, String target, String source) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            folder(file, target, source, source);
        } else {
            entry(file, target, source, source);
        }
    }

    static Node.File file(Path file) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        return new Node.File(
                new Content.Region(file, 0, attributes.size()),
                attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE));
    }

    private void folder(Path folder, String target, String source, String top) throws IOException {
        if (!target.equals("/")) {
            sink.put(target, Node.Directory.EMPTY);
        }
        for (Path child : children(folder)) {
            String name = child.getFileName().toString();
            if (!without.contains(name)) {
                Optional<ArchiveRefusal> broken =
                        TreePath.refusalOfHostPath(below(source, name).substring(1));
                if (broken.isPresent()) {
                    throw broken.get().asException();
                }
                entry(child, below(target, name), below(source, name), top);
            }
        }
    }

    private void entry(Path file, String target, String source, String top) throws IOException {
        if (++entries > MAX_ENTRIES) {
            throw new ArchiveRefusal.TooManyEntries(MAX_ENTRIES).asException();
        }
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            folder(file, target, source, top);
        } else if (attributes.isSymbolicLink()) {
            link(Files.readSymbolicLink(file).toString(), target, source, top);
        } else if (attributes.isRegularFile()) {
            sink.put(target, file(file));
        } else {
            throw new ArchiveRefusal.Device(source, "device, socket or pipe").asException();
        }
    }

    private void link(String to, String target, String source, String top) throws IOException {
        String meant = absolute(to, source);
        boolean stays = meant.equals(top) || meant.startsWith(top.equals("/") ? "/" : top + "/");
        if (root.isPresent() && !stays) {
            Optional<Path> behind = root.get().file(source);
            if (behind.isPresent()) {
                sink.put(target, file(behind.get()));
                return;
            }
        }
        if (!to.startsWith("/")) {
            sink.put(target, new Node.Symlink(to));
        } else if (stays) {
            // The link's target is copied with the folder.
            String within = Path.of(parentOf(source)).relativize(Path.of(meant)).toString();
            sink.put(target, new Node.Symlink(within.isEmpty() ? "." : within));
        } else {
            sink.put(target, new Node.Symlink(TreePath.relativeTarget(target, to)));
        }
    }

    private static String parentOf(String source) {
        return source.lastIndexOf('/') == 0 ? "/" : source.substring(0, source.lastIndexOf('/'));
    }

    /// The target of a link at `source`, computed from its text alone.
    private static String absolute(String to, String source) {
        String whole = to.startsWith("/") ? to : source.substring(0, source.lastIndexOf('/')) + "/" + to;
        List<String> names = new ArrayList<>();
        for (String name : whole.split("/")) {
            if (name.equals("..") && !names.isEmpty()) {
                names.removeLast();
            } else if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
                names.add(name);
            }
        }
        return "/" + String.join("/", names);
    }

    private static String below(String folder, String name) {
        return folder.equals("/") ? "/" + name : folder + "/" + name;
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        }
        children.sort(Comparator.comparing(child -> child.getFileName().toString()));
        return children;
    }
}
