package dev.unipkg.format.tree;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// An immutable tree of directories, files and symbolic links: what a layer holds, what an image is made of.
/// Paths are written as [TreePath] says; every method also takes them with one `/` in front.
public final class FileTree {

    /// A tree with nothing in it.
    public static final FileTree EMPTY = new FileTree(Node.Directory.EMPTY);

    private final Node.Directory root;
    private final int entries;
    private final long bytes;

    private FileTree(Node.Directory root) {
        this.root = root;
        long[] counts = new long[2];
        count(root, counts);
        this.entries = Math.toIntExact(counts[0]);
        this.bytes = counts[1];
    }

    /// The tree below `root`.
    public static FileTree of(Node.Directory root) {
        return new FileTree(root);
    }

    /// An empty tree to put things into, as large as [TreeLimits#DEFAULT] allows.
    public static Builder builder() {
        return new Builder(TreeLimits.DEFAULT);
    }

    /// An empty tree to put things into.
    public static Builder builder(TreeLimits limits) {
        return new Builder(limits);
    }

    /// The tree that the layers of a build make: directories join, and of other entries the later layer's wins.
    ///
    /// @param layers bottom first
    /// @throws RefusedException when a path is a directory in one layer and something else in another, when
    ///     the whole is larger than [TreeLimits#DEFAULT] allows, or when it is not [sound][#requireSound]
    public static FileTree ofLayers(List<FileTree> layers) throws RefusedException {
        Builder merged = builder();
        for (FileTree layer : layers) {
            merged.root.requireMergeable("", layer.root);
            merged.merge(layer);
        }
        FileTree tree = merged.buildOrRefuse();
        tree.requireSound();
        return tree;
    }

    /// Reads a folder of this machine. Contents stay where they are. A file is executable when its owner may
    /// execute it; owners, times and other permissions are left behind.
    ///
    /// @throws RefusedException when the folder holds a device, a socket, a fifo, a name outside
    ///     the grammar, an absolute link, a link that leaves the folder or never ends, or more than `limits` allow
    public static FileTree ofDirectory(Path folder, TreeLimits limits) throws IOException {
        return HostFolder.read(folder, limits);
    }

    /// [#ofDirectory(Path, TreeLimits)] within [TreeLimits#DEFAULT].
    public static FileTree ofDirectory(Path folder) throws IOException {
        return ofDirectory(folder, TreeLimits.DEFAULT);
    }

    /// The directory at the top.
    public Node.Directory root() {
        return root;
    }

    /// How many files, directories and links there are, without the root.
    public int entries() {
        return entries;
    }

    /// How many bytes all file contents have together.
    public long bytes() {
        return bytes;
    }

    /// The node at `path` itself; links are not followed. The root for `/` or the empty text.
    public Optional<Node> find(String path) {
        return Links.child(root, TreePath.names(path));
    }

    /// The node at `path` after following every link on the way and at the end, as a program with this tree as its root
    /// directory sees it: absolute targets begin at the root, and `..` at the root stays there. Empty if a name is
    /// missing or links loop.
    public Optional<Found> resolve(String path) {
        return new Links(root).resolve(path);
    }

    /// The path that `path` resolves to, as for [#resolve]. From the first missing name on, the remaining names are
    /// appended unresolved. Empty if links loop.
    public Optional<String> leadsTo(String path) {
        return new Links(root).end(path);
    }

    /// The first link whose target is absolute, leaves the root or loops; empty when every link stays inside.
    /// A link to a path that is absent here is allowed, since another layer may bring it, as long as it
    /// cannot lead outside.
    public Optional<BadLink> firstBadLink() {
        return new Links(root).firstBad();
    }

    /// Requires that every link is relative, ends and stays inside, and that no two names of a directory are one text
    /// in two Unicode forms.
    public void requireSound() throws RefusedException {
        Optional<ArchiveRefusal> unsound =
                firstBadLink().map(BadLink::refusal).or(() -> NameForms.firstEqual("", root));
        if (unsound.isPresent()) {
            throw unsound.get().asException();
        }
    }

    /// Shows every entry but the root to `visitor`, depth-first in [TreePath#PATH_ORDER]: a directory before
    /// what is in it.
    public void forEach(Visitor visitor) throws IOException {
        visit("", root, visitor);
    }

    private static void visit(String path, Node.Directory directory, Visitor visitor) throws IOException {
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
            String childPath = TreePath.join(path, child.getKey());
            visitor.visit(childPath, child.getValue());
            if (child.getValue() instanceof Node.Directory sub) {
                visit(childPath, sub, visitor);
            }
        }
    }

    /// A builder that holds this tree already, as large as [TreeLimits#DEFAULT] allows.
    public Builder toBuilder() {
        return builder().merge(this);
    }

    private static void count(Node.Directory directory, long[] counts) {
        for (Node child : directory.children().values()) {
            counts[0]++;
            switch (child) {
                case Node.Directory sub -> count(sub, counts);
                case Node.File(Content content, boolean _) -> counts[1] += content.size();
                case Node.Symlink _ -> {}
            }
        }
    }

    /// Sees the entries of a tree.
    @FunctionalInterface
    public interface Visitor {
        /// @param path of the entry, as [TreePath] writes it
        void visit(String path, Node node) throws IOException;
    }

    /// The result of following a path.
    ///
    /// @param path without any link on the way; empty for the root
    /// @param node what stands there, never a link
    /// @param left whether a `..` tried to go above the root on the way
    public record Found(String path, Node node, boolean left) {}

    /// A link that no layer may hold.
    public record BadLink(String path, String target, Why why) {
        /// The fault of a link.
        public enum Why {
            ABSOLUTE,
            LEAVES_ROOT,
            LOOPS
        }

        /// Why a tree with this link is refused.
        public ArchiveRefusal refusal() {
            return switch (why) {
                case ABSOLUTE, LEAVES_ROOT -> new ArchiveRefusal.LinkLeavesRoot(path, target);
                case LOOPS -> new ArchiveRefusal.LinkLoop(path);
            };
        }
    }

    /// Puts a tree together. Parents that were not put themselves are made as directories.
    public static final class Builder {

        private final TreeLimits limits;
        private final Growing root = new Growing();

        private Builder(TreeLimits limits) {
            this.limits = limits;
        }

        /// Puts `node` at `path`. A directory joins one that is there; anything else takes the place of what
        /// was there, and a file or link on the way gives way to a directory.
        ///
        /// @throws IllegalArgumentException when the path is outside the grammar, or that of the root
        public Builder put(String path, Node node) {
            List<String> names = TreePath.names(path);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("not a path in a tree: \"" + path + "\"");
            }
            Growing directory = root;
            for (String name : names.subList(0, names.size() - 1)) {
                directory = directory.directory(name);
            }
            directory.put(names.getLast(), node);
            return this;
        }

        /// Puts a file.
        public Builder file(String path, Content content, boolean executable) {
            return put(path, new Node.File(content, executable));
        }

        /// Puts a text file that is not executable.
        public Builder file(String path, String text) {
            return file(path, Content.ofText(text), false);
        }

        /// Puts an empty directory, or leaves the directory that is there as it is.
        public Builder directory(String path) {
            return put(path, Node.Directory.EMPTY);
        }

        /// Puts a symbolic link.
        public Builder symlink(String path, String target) {
            return put(path, new Node.Symlink(target));
        }

        /// Lays `upper` over what is here, as a later layer over an earlier one: directories join, and in
        /// every other case the later one wins, whatever it is.
        public Builder merge(FileTree upper) {
            root.merge(upper.root());
            return this;
        }

        /// The tree, where it is put together from what is known to fit.
        ///
        /// @throws IllegalArgumentException when it is beyond the limits
        public FileTree build() {
            FileTree tree = new FileTree(root.freeze());
            new OverLimits(limits).of(tree).ifPresent(over -> {
                throw new IllegalArgumentException(over.message());
            });
            return tree;
        }

        /// The tree, where what is in it comes from outside: layers over each other, say.
        ///
        /// @throws RefusedException when it is beyond the limits
        public FileTree buildOrRefuse() throws RefusedException {
            FileTree tree = new FileTree(root.freeze());
            Optional<Refusal> over = new OverLimits(limits).of(tree);
            if (over.isPresent()) {
                throw over.get().asException();
            }
            return tree;
        }
    }

    /// A directory that still changes: each child is a `Growing`, a [Node.File] or a [Node.Symlink].
    private static final class Growing {

        private final SortedMap<String, Object> children = new TreeMap<>(TreePath.NAME_ORDER);

        Growing directory(String name) {
            if (children.get(name) instanceof Growing known) {
                return known;
            }
            Growing made = new Growing();
            children.put(name, made);
            return made;
        }

        void put(String name, Node node) {
            if (node instanceof Node.Directory directory) {
                directory(name).merge(directory);
            } else {
                children.put(name, node);
            }
        }

        void merge(Node.Directory upper) {
            upper.children().forEach(this::put);
        }

        /// Hiding what is below a directory is what no package means by a file of its name, and an archive tool would
        /// unpack the files of a directory through a link of its name.
        void requireMergeable(String path, Node.Directory upper) throws RefusedException {
            for (Map.Entry<String, Node> child : upper.children().entrySet()) {
                String childPath = TreePath.join(path, child.getKey());
                Object here = children.get(child.getKey());
                if (here instanceof Growing below && child.getValue() instanceof Node.Directory sub) {
                    below.requireMergeable(childPath, sub);
                } else if (here instanceof Growing || here != null && child.getValue() instanceof Node.Directory) {
                    throw new ArchiveRefusal.Conflict(
                                    childPath, "is a directory in one layer and something else in another")
                            .asException();
                }
            }
        }

        Node.Directory freeze() {
            SortedMap<String, Node> frozen = new TreeMap<>(TreePath.NAME_ORDER);
            children.forEach(
                    (name, child) -> frozen.put(name, child instanceof Growing sub ? sub.freeze() : (Node) child));
            return new Node.Directory(frozen);
        }
    }
}
