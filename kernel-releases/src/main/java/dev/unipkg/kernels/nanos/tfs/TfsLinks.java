package dev.unipkg.kernels.nanos.tfs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Follows links as a program on the image would see them: absolute targets begin at the root, and `..` at the
/// root stays there.
final class TfsLinks {

    /// As many as the kernel follows.
    private static final int MAX_LINKS = 40;

    private TfsLinks() {}

    /// The file that `path` leads to; empty when there is none.
    static Optional<TfsNode.File> file(TfsReader fs, String path) {
        Deque<TfsNode.Directory> above = new ArrayDeque<>(List.of(fs.root()));
        Deque<String> names = new ArrayDeque<>(List.of(path.split("/")));
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.removeFirst();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (above.size() > 1) {
                    above.removeLast();
                }
                continue;
            }
            switch (above.getLast().children().get(name)) {
                case TfsNode.Directory directory -> above.addLast(directory);
                case TfsNode.File file
                when names.isEmpty() -> {
                    return Optional.of(file);
                }
                case TfsNode.Symlink(String target) -> {
                    if (++links > MAX_LINKS) {
                        return Optional.empty();
                    }
                    if (target.startsWith("/")) {
                        above = new ArrayDeque<>(List.of(fs.root()));
                    }
                    List.of(target.split("/")).reversed().forEach(names::addFirst);
                }
                case null, default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
