package dev.unipkg.format.source;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.TreePath;
import java.util.Optional;

/// Reads the paths of a settings file. A slash at the end of a path is taken and left out.
final class SettingPaths {

    private SettingPaths() {}

    /// An absolute path in the package, which is not its root.
    static String path(String text) throws RefusedException {
        String path = pathOrRoot(text);
        if (path.equals("/")) {
            throw new IllegalArgumentException("not a path below the root: " + text);
        }
        return path;
    }

    /// An absolute path in the package.
    static String pathOrRoot(String text) throws RefusedException {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("not absolute: " + text);
        }
        String path = withoutSlash(text);
        return path.isEmpty() ? "/" : "/" + inGrammar(path.substring(1));
    }

    /// A path relative to the folder of the settings file, which it does not leave.
    static String beside(String text) throws RefusedException {
        String path = withoutSlash(text.startsWith("./") ? text.substring(2) : text);
        if (path.equals(".") || path.isEmpty() && text.startsWith("./")) {
            return ".";
        }
        if (path.isEmpty() || path.startsWith("/")) {
            throw new IllegalArgumentException("not relative: " + text);
        }
        return inGrammar(path);
    }

    /// The name of a file or folder.
    static String name(String text) throws RefusedException {
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not a name: " + text);
        }
        return inGrammar(text);
    }

    private static String withoutSlash(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static String inGrammar(String path) throws RefusedException {
        Optional<ArchiveRefusal> broken = TreePath.refusal(path);
        if (broken.isPresent()) {
            throw broken.get().asException();
        }
        return path;
    }
}
