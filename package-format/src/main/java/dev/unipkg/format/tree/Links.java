package dev.unipkg.format.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Follows the symbolic links of a tree, as a kernel would whose root directory the tree is.
record Links(Node.Directory root) {

    /// How many links a path may go through before it counts as looping, as in Linux.
    private static final int MAX_FOLLOWED = 40;

    Optional<FileTree.Found> resolve(String path) {
        return switch (walk("", path)) {
            case Walk.To(FileTree.Found found) -> Optional.of(found);
            case Walk.Nowhere _, Walk.Looping _ -> Optional.empty();
        };
    }

    /// The first bad link below `directory`, whose path is `path`.
    Optional<FileTree.BadLink> firstBad(String path, Node.Directory directory) {
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
            String childPath = TreePath.join(path, child.getKey());
            Optional<FileTree.BadLink> bad = switch (child.getValue()) {
                case Node.Directory sub -> firstBad(childPath, sub);
                case Node.File _ -> Optional.empty();
                case Node.Symlink(String target) -> badLink(path, childPath, target);
            };
            if (bad.isPresent()) {
                return bad;
            }
        }
        return Optional.empty();
    }

    private Optional<FileTree.BadLink> badLink(String directory, String path, String target) {
        if (target.startsWith("/")) {
            return Optional.of(new FileTree.BadLink(path, target, FileTree.BadLink.Why.ABSOLUTE));
        }
        return switch (walk(directory, target)) {
            case Walk.To(FileTree.Found found) when !found.left() -> Optional.empty();
            case Walk.Nowhere(boolean left) when !left -> Optional.empty();
            case Walk.To _, Walk.Nowhere _ ->
                Optional.of(new FileTree.BadLink(path, target, FileTree.BadLink.Why.LEAVES_ROOT));
            case Walk.Looping _ -> Optional.of(new FileTree.BadLink(path, target, FileTree.BadLink.Why.LOOPS));
        };
    }

    private Walk walk(String from, String path) {
        Deque<String> todo = new ArrayDeque<>();
        List<String> at = new ArrayList<>(path.startsWith("/") ? List.of() : TreePath.names(from));
        push(todo, path);
        boolean left = false;
        boolean missing = false;
        int followed = 0;
        while (!todo.isEmpty()) {
            String name = todo.pop();
            if (name.equals("..")) {
                left |= at.isEmpty();
                if (!at.isEmpty()) {
                    at.removeLast();
                }
                continue;
            }
            at.add(name);
            Node node = child(root, at).orElse(null);
            missing |= node == null || (node instanceof Node.File && !todo.isEmpty());
            if (node instanceof Node.Symlink(String target)) {
                if (++followed > MAX_FOLLOWED) {
                    return new Walk.Looping();
                }
                at.removeLast();
                if (target.startsWith("/")) {
                    at.clear();
                }
                push(todo, target);
            }
        }
        Node end = missing ? null : child(root, at).orElse(null);
        return end == null ? new Walk.Nowhere(left) : new Walk.To(new FileTree.Found(String.join("/", at), end, left));
    }

    /// What stands at the end of `names`, no link followed.
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

    private static void push(Deque<String> todo, String path) {
        String[] names = path.split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].isEmpty() && !names[i].equals(".")) {
                todo.push(names[i]);
            }
        }
    }

    private sealed interface Walk {
        record To(FileTree.Found found) implements Walk {}

        record Nowhere(boolean left) implements Walk {}

        record Looping() implements Walk {}
    }
}
