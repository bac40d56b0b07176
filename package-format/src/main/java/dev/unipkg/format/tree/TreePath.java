package dev.unipkg.format.tree;

import dev.unipkg.format.ArchiveRefusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The grammar and the order of paths in a tree: names joined by `/`, with no slash at either end, as in
/// `etc/nginx/nginx.conf`. A name is 1 to 255 bytes of UTF-8, not `.` or `..`, without `/` and without
/// control characters (U+0000 to U+001F, U+007F); a path is at most 4096 bytes.
public final class TreePath {

    /// The longest name, in bytes of UTF-8 (Linux `NAME_MAX`).
    public static final int MAX_NAME_BYTES = 255;

    /// The longest path, in bytes of UTF-8 (Linux `PATH_MAX`). It bounds the depth of every tree.
    public static final int MAX_PATH_BYTES = 4096;

    /// Names by their Unicode code points, which is also the order of their UTF-8 bytes.
    public static final Comparator<String> NAME_ORDER = TreePath::compareNames;

    /// Paths in the order a depth-first walk over sorted directories meets them: name by name, so that
    /// `a`, `a/z`, `a-b` is sorted although `-` comes before `/`.
    public static final Comparator<String> PATH_ORDER = TreePath::comparePaths;

    private TreePath() {}

    /// Whether `name` may stand between two slashes.
    public static boolean isName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 0x20 || c == 0x7f || c == '/' || isUnpaired(name, i)) {
                return false;
            }
        }
        return name.length() <= MAX_NAME_BYTES && utf8Length(name) <= MAX_NAME_BYTES;
    }

    /// Whether `path` is written as trees write it.
    public static boolean isPath(String path) {
        if (path.isEmpty() || path.length() > MAX_PATH_BYTES || utf8Length(path) > MAX_PATH_BYTES) {
            return false;
        }
        for (String name : path.split("/", -1)) {
            if (!isName(name)) {
                return false;
            }
        }
        return true;
    }

    /// The rule of the grammar that `path` breaks; empty for a path that breaks none.
    public static Optional<ArchiveRefusal> refusal(String path) {
        return isPath(path) ? Optional.empty() : Optional.of(broken(path));
    }

    /// The same for the path of a file of this machine: Java shows bytes that are not UTF-8 as U+FFFD, so such a name
    /// could not be written back.
    public static Optional<ArchiveRefusal> refusalOfHostPath(String path) {
        return path.indexOf('\uFFFD') >= 0 ? Optional.of(new ArchiveRefusal.PathNotUtf8(path)) : refusal(path);
    }

    private static ArchiveRefusal broken(String path) {
        List<String> names = List.of(path.split("/", -1));
        if (names.contains("..")) {
            return new ArchiveRefusal.UnsafePath(path);
        }
        if (path.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            return new ArchiveRefusal.ControlCharacter(path);
        }
        if (IntStream.range(0, path.length()).anyMatch(i -> isUnpaired(path, i))) {
            return new ArchiveRefusal.PathNotUtf8(path);
        }
        if (path.isEmpty()) {
            return new ArchiveRefusal.InvalidPath(path, "is empty");
        }
        if (path.startsWith("/")) {
            return new ArchiveRefusal.InvalidPath(
                    path, "is not relative to the root; write it without a slash in front");
        }
        if (names.contains("")) {
            return new ArchiveRefusal.InvalidPath(path, "has a slash too many");
        }
        if (names.contains(".")) {
            return new ArchiveRefusal.InvalidPath(path, "has the name \".\"; leave it out");
        }
        return names.stream().anyMatch(name -> utf8Length(name) > MAX_NAME_BYTES)
                ? new ArchiveRefusal.NameTooLong(path, MAX_NAME_BYTES)
                : new ArchiveRefusal.PathTooLong(path, MAX_PATH_BYTES);
    }

    /// The names of `path`, which may begin with one `/`; none for the root (`/` or the empty text).
    ///
    /// @throws IllegalArgumentException when it is outside the grammar
    public static List<String> names(String path) {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        if (relative.isEmpty()) {
            return List.of();
        }
        if (!isPath(relative)) {
            throw new IllegalArgumentException("not a path in a tree: \"" + path + "\"");
        }
        return List.of(relative.split("/"));
    }

    /// The path of `name` in `directory`, whose path is empty for the root.
    public static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /// The link target that means the same as `absoluteTarget` for a link at `linkPath`, and does not depend
    /// on where the root is: for a link `etc/modules/x` the target `/usr/lib/x` becomes `../../usr/lib/x`.
    public static String relativeTarget(String linkPath, String absoluteTarget) {
        int depth = names(linkPath).size() - 1;
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            parts.add("..");
        }
        for (String name : absoluteTarget.split("/")) {
            if (!name.isEmpty()) {
                parts.add(name);
            }
        }
        return parts.isEmpty() ? "." : String.join("/", parts);
    }

    static String requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a name in a tree: \"" + name + "\"");
        }
        return name;
    }

    private static int compareNames(String a, String b) {
        int shared = Math.min(a.length(), b.length());
        for (int i = 0; i < shared; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean wide = Character.isSurrogate(x) != Character.isSurrogate(y);
                return wide ? (Character.isSurrogate(x) ? 1 : -1) : x - y;
            }
        }
        return a.length() - b.length();
    }

    private static int comparePaths(String a, String b) {
        int i = 0;
        while (true) {
            int endA = end(a, i);
            int endB = end(b, i);
            int byName = compareNames(a.substring(i, endA), b.substring(i, endB));
            if (byName != 0) {
                return byName;
            }
            if (endA == a.length() || endB == b.length()) {
                return a.length() - b.length();
            }
            i = endA + 1;
        }
    }

    private static int end(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean isUnpaired(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
