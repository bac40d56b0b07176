package dev.unipkg.format.tree;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// Finds what of a tree is beyond its limits.
record OverLimits(TreeLimits limits) {

    /// The first thing that is too much; empty when everything is within the limits.
    Optional<Refusal> of(FileTree tree) {
        if (tree.entries() > limits.entries()) {
            return Optional.of(new ArchiveRefusal.TooManyEntries(limits.entries()));
        }
        if (tree.bytes() > limits.bytes()) {
            return Optional.of(new ContentRefusal.TooLarge("the content of all files", limits.bytes()));
        }
        return below("", 1, tree.root());
    }

    private Optional<Refusal> below(String path, int depth, Node.Directory directory) {
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
            String childPath = TreePath.join(path, child.getKey());
            Optional<Refusal> over = at(childPath, depth);
            if (over.isEmpty()) {
                over = switch (child.getValue()) {
                    case Node.Directory sub -> below(childPath, depth + 1, sub);
                    case Node.Symlink(String target)
                    when length(target) > limits.linkLength() ->
                        Optional.of(new ArchiveRefusal.LinkTooLong(childPath, limits.linkLength()));
                    case Node.Symlink _, Node.File _ -> Optional.empty();
                };
            }
            if (over.isPresent()) {
                return over;
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> at(String path, int depth) {
        if (depth > limits.depth()) {
            return Optional.of(new ArchiveRefusal.PathTooDeep(path, limits.depth()));
        }
        return length(path) > limits.pathLength()
                ? Optional.of(new ArchiveRefusal.PathTooLong(path, limits.pathLength()))
                : Optional.empty();
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
