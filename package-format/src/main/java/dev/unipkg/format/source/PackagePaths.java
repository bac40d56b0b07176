package dev.unipkg.format.source;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import java.util.List;
import java.util.Optional;

/// Resolves paths of a package. If it has `lib` as a link to `usr/lib`, a layer with `lib/x` would replace the link by
/// a directory. So links are followed, also links whose target does not exist yet.
///
/// @param tree what the package has so far
record PackagePaths(FileTree tree) {

    /// The path with every link among its directories followed.
    String real(String path) {
        List<String> names = TreePath.names(path);
        return TreePath.join(realDirectory(names.subList(0, names.size() - 1)), names.getLast());
    }

    /// The path of a directory, with every link followed.
    String realDirectory(String path) {
        return realDirectory(TreePath.names(path));
    }

    /// Sees that nothing has to give way to a directory on the way to `path`. A rule may replace what an earlier one
    /// brought; what is brought without a rule of its own may not.
    void requireDirectories(String path) throws RefusedException {
        List<String> names = TreePath.names(path);
        String real = "";
        for (String name : names.subList(0, names.size() - 1)) {
            String next = TreePath.join(real, name);
            Optional<String> directory = directory(next);
            if (directory.isEmpty()) {
                throw new DocumentRefusal.InvalidValue(
                                "files./" + next, what(next), "a directory, as " + path + " goes into it")
                        .asException();
            }
            real = directory.get();
        }
    }

    private String realDirectory(List<String> names) {
        String real = "";
        for (String name : names) {
            String next = TreePath.join(real, name);
            real = directory(next).orElse(next);
        }
        return real;
    }

    /// The path of an existing or future directory, its last name not followed; empty if something else is in its
    /// place.
    private Optional<String> directory(String path) {
        return switch (tree.find(path).orElse(Node.Directory.EMPTY)) {
            case Node.Directory _ -> Optional.of(path);
            case Node.File _ -> Optional.empty();
            case Node.Symlink _ -> tree.leadsTo(path).filter(this::isFree);
        };
    }

    private boolean isFree(String path) {
        String part = "";
        for (String name : path.isEmpty() ? List.<String>of() : List.of(path.split("/"))) {
            part = TreePath.join(part, name);
            if (!TreePath.isPath(part) || tree.find(part).orElse(null) instanceof Node.File) {
                return false;
            }
        }
        return true;
    }

    private String what(String path) {
        return tree.find(path).orElse(Node.Directory.EMPTY) instanceof Node.Symlink(String target)
                ? "a link to " + target + ", which leads to no directory"
                : "a file";
    }
}
