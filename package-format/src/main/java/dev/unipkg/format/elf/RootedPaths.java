package dev.unipkg.format.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Paths as a program sees them whose root is a folder of this machine: symbolic links are followed inside
/// the root, absolute ones from it, and `..` never leaves it.
public final class RootedPaths {

    /// As many links as Linux follows in one path (`path_resolution(7)`).
    private static final int MAX_LINKS = 40;

    private final Path root;
    private final Placed placed;

    /// @param root the folder that is `/` for the program
    public RootedPaths(Path root) {
        this(root, _ -> Optional.empty());
    }

    /// @param root the folder that is `/` for the program
    /// @param placed files that a package brings itself, which come before those of the root
    RootedPaths(Path root, Placed placed) {
        this.root = root;
        this.placed = placed;
    }

    /// The files that a package brings itself, wherever on this machine their bytes are.
    @FunctionalInterface
    public interface Placed {
        /// The regular file behind an absolute path inside the package, links followed; empty where it brings none.
        Optional<Path> file(String path);
    }

    /// The path of the program at `path`, all links followed, as an absolute path inside the root.
    String real(String path, Path file) {
        return placed.file(path).isPresent() ? normal(path) : "/" + root.relativize(file);
    }

    /// The real file behind an absolute path inside the root; empty where there is none, or it is no
    /// regular file, or its links loop.
    public Optional<Path> file(String path) throws IOException {
        Optional<Path> own = placed.file(path);
        if (own.isPresent()) {
            return own;
        }
        Optional<Path> found = find(path);
        return found.isPresent() && Files.isRegularFile(found.get()) ? found : Optional.empty();
    }

    /// The real file or folder behind an absolute path inside the root; empty where there is none, or its links loop.
    public Optional<Path> find(String path) throws IOException {
        try {
            return resolve(path);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// The path below the root, without `.`, `..` and doubled slashes, links untouched: `/a/b`.
    static String normal(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private Optional<Path> resolve(String path) throws IOException {
        Deque<String> ahead = new ArrayDeque<>();
        push(ahead, path);
        Path at = root;
        int links = 0;
        while (!ahead.isEmpty()) {
            String part = ahead.pop();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                at = at.equals(root) ? root : parentOf(at);
                continue;
            }
            Path next = at.resolve(part);
            if (!Files.isSymbolicLink(next)) {
                at = next;
                continue;
            }
            if (++links > MAX_LINKS) {
                return Optional.empty();
            }
            String target = Files.readSymbolicLink(next).toString();
            if (target.startsWith("/")) {
                at = root;
            }
            push(ahead, target);
        }
        return Files.exists(at) ? Optional.of(at) : Optional.empty();
    }

    private Path parentOf(Path path) {
        Path parent = path.getParent();
        return parent == null ? root : parent;
    }

    private static void push(Deque<String> ahead, String path) {
        String[] parts = path.split("/", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
            ahead.push(parts[i]);
        }
    }
}
