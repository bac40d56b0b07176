package dev.unipkg.format.tree;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A node of a tree: a file, a directory or a symbolic link. Trees have no devices, hard links, owners or times.
public sealed interface Node {

    /// A directory.
    ///
    /// @param children by name, in the order of [TreePath#NAME_ORDER]
    record Directory(SortedMap<String, Node> children) implements Node {
        /// A directory with nothing in it.
        public static final Directory EMPTY = new Directory(new TreeMap<>());

        public Directory {
            SortedMap<String, Node> sorted = new TreeMap<>(TreePath.NAME_ORDER);
            sorted.putAll(children);
            sorted.keySet().forEach(TreePath::requireName);
            children = Collections.unmodifiableSortedMap(sorted);
        }
    }

    /// A regular file.
    ///
    /// @param executable whether its mode is 0755 rather than 0644
    record File(Content content, boolean executable) implements Node {}

    /// A symbolic link.
    ///
    /// @param target where it points, as written; relative to the directory that holds the link unless it
    ///     begins with `/`
    record Symlink(String target) implements Node {
        public Symlink {
            if (target.isEmpty() || target.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not the target of a symbolic link: \"" + target + "\"");
            }
        }
    }
}
