package dev.unipkg.format.tree;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows the symbolic links of a tree, as a kernel with the tree as its root directory does. Each link is resolved
/// once, so checking all links takes as many steps as their targets have names. A hostile chain of links costs no more.
final class Links {

    /// How many links a path may go through before it counts as looping, as in Linux.
    private static final int MAX_FOLLOWED = 40;

    private final Place root;

    Links(Node.Directory root) {
        this.root = new Place(null, "", root);
    }

    Optional<FileTree.Found> resolve(String path) {
        return Optional.ofNullable(walk(root, path, MAX_FOLLOWED)).flatMap(Way::found);
    }

    Optional<String> end(String path) {
        return Optional.ofNullable(walk(root, path, MAX_FOLLOWED)).map(way -> way.end.path());
    }

    /// The first link that no layer may hold.
    Optional<FileTree.BadLink> firstBad() {
        return root.node instanceof Node.Directory directory ? firstBad(root, directory) : Optional.empty();
    }

    private Optional<FileTree.BadLink> firstBad(Place at, Node.Directory directory) {
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
            Optional<FileTree.BadLink> bad = switch (child.getValue()) {
                case Node.Directory sub -> firstBad(at.child(child.getKey()), sub);
                case Node.File _ -> Optional.empty();
                case Node.Symlink link -> badLink(at.child(child.getKey()), link);
            };
            if (bad.isPresent()) {
                return bad;
            }
        }
        return Optional.empty();
    }

    private Optional<FileTree.BadLink> badLink(Place place, Node.Symlink link) {
        if (link.target().startsWith("/")) {
            return bad(place, link, FileTree.BadLink.Why.ABSOLUTE);
        }
        Way way = follow(place, link, MAX_FOLLOWED + 1);
        if (way == null) {
            return bad(place, link, FileTree.BadLink.Why.LOOPS);
        }
        return way.left ? bad(place, link, FileTree.BadLink.Why.LEAVES_ROOT) : Optional.empty();
    }

    private static Optional<FileTree.BadLink> bad(Place place, Node.Symlink link, FileTree.BadLink.Why why) {
        return Optional.of(new FileTree.BadLink(place.path(), link.target(), why));
    }

    /// Walks `path` from a directory. From the first missing name on, the walk continues by the names alone.
    ///
    /// @param most links that may be followed
    /// @return null when it takes more
    private @Nullable Way walk(Place from, String path, int most) {
        Place at = path.startsWith("/") ? root : from;
        boolean left = false;
        boolean missing = false;
        int followed = 0;
        List<String> names = Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals("..")) {
                left |= at.parent == null;
                at = at.parent == null ? at : at.parent;
                continue;
            }
            at = at.child(names.get(i));
            if (at.node instanceof Node.Symlink link) {
                Way way = follow(at, link, most - followed);
                if (way == null) {
                    return null;
                }
                at = way.end;
                left |= way.left;
                missing |= way.missing;
                followed += way.followed;
            }
            missing |= at.node == null || (at.node instanceof Node.File && i < names.size() - 1);
        }
        return new Way(at, left, missing, followed);
    }

    private @Nullable Way follow(Place place, Node.Symlink link, int most) {
        if (place.way == null && most > 0) {
            Way way = walk(place.parent == null ? root : place.parent, link.target(), most - 1);
            place.way = way == null ? null : new Way(way.end, way.left, way.missing, way.followed + 1);
        }
        return place.way == null || place.way.followed > most ? null : place.way;
    }

    /// The node at the end of `names`, no link followed.
    static Optional<Node> child(Node.Directory root, List<String> names) {
        Node at = root;
        for (String name : names) {
            if (!(at instanceof Node.Directory directory)) {
                return Optional.empty();
            }
            Node child = directory.children().get(name);
            if (child == null) {
                return Optional.empty();
            }
            at = child;
        }
        return Optional.of(at);
    }

    /// The result of a walk.
    ///
    /// @param left whether a `..` tried to go above the root on the way
    /// @param missing whether something on the way, or at the end, is absent
    private record Way(Place end, boolean left, boolean missing, int followed) {
        Optional<FileTree.Found> found() {
            return missing || end.node == null
                    ? Optional.empty()
                    : Optional.of(new FileTree.Found(end.path(), end.node, left));
        }
    }

    /// A path of the tree, links not followed; there is one object for each where something stands.
    private static final class Place {
        private final @Nullable Place parent;
        private final String name;
        private final @Nullable Node node;
        private @Nullable Map<String, Place> children;
        private @Nullable Way way;

        Place(@Nullable Place parent, String name, @Nullable Node node) {
            this.parent = parent;
            this.name = name;
            this.node = node;
        }

        Place child(String childName) {
            if (!(node instanceof Node.Directory directory)) {
                return new Place(this, childName, null);
            }
            if (children == null) {
                children = new HashMap<>();
            }
            Place known = children.get(childName);
            if (known == null) {
                Node child = directory.children().get(childName);
                known = new Place(this, childName, child);
                if (child != null) {
                    children.put(childName, known);
                }
            }
            return known;
        }

        String path() {
            return parent == null ? name : TreePath.join(parent.path(), name);
        }
    }
}
