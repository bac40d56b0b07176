package dev.unipkg.format.layer;

import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Trees for tests.
final class Trees {

    private static final String[] NAMES = {
        "a",
        "b",
        "lib",
        "usr",
        "x.so.1",
        "with space",
        "-dash",
        "ünïcode",
        "日本",
        "\uD83D\uDE00",
        "back\\slash",
        "quo'te\"s",
        "*",
        "~",
        "$HOME",
        "a-b",
        "a.b",
        "n".repeat(99),
        "n".repeat(100),
        "m".repeat(101),
        "l".repeat(200)
    };

    private Trees() {}

    /// A small tree of everything that a layer may hold.
    static FileTree sample() {
        return FileTree.builder()
                .directory("tmp")
                .file("etc/nginx/nginx.conf", "worker_processes 1;\n")
                .file("usr/sbin/nginx", Content.ofText("\177ELF not really"), true)
                .file("empty", "")
                .symlink("usr/lib64", "lib")
                .symlink("usr/lib/libc.so", "libc.so.6")
                .file("usr/lib/libc.so.6", "c".repeat(1000))
                .file("d".repeat(90) + "/" + "e".repeat(90) + "/f", "prefixed")
                .file("p".repeat(200) + "/" + "q".repeat(120), "in a pax record")
                .file("größe/日本", "not ASCII")
                .symlink("long", "t".repeat(150))
                .symlink("ü", "größe")
                .build();
    }

    /// A tree that depends on `seed` alone.
    static FileTree random(long seed) {
        Random random = new Random(seed);
        FileTree.Builder tree = FileTree.builder();
        int entries = random.nextInt(30);
        for (int i = 0; i < entries; i++) {
            StringBuilder path = new StringBuilder(NAMES[random.nextInt(NAMES.length)]);
            for (int depth = random.nextInt(5); depth > 0; depth--) {
                path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
            }
            tree.put(path.toString(), randomNode(random));
        }
        return withoutBadLinks(tree.build());
    }

    private static Node randomNode(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Node.Directory.EMPTY;
            case 1 -> new Node.Symlink(NAMES[random.nextInt(NAMES.length)]);
            default -> {
                int[] sizes = {0, 1, 511, 512, 513, random.nextInt(5000), random.nextInt(300_000)};
                byte[] bytes = new byte[sizes[random.nextInt(sizes.length)]];
                random.nextBytes(bytes);
                yield new Node.File(new Content.Bytes(bytes), random.nextBoolean());
            }
        };
    }

    private static FileTree withoutBadLinks(FileTree tree) {
        FileTree.BadLink bad = tree.firstBadLink().orElse(null);
        return bad == null
                ? tree
                : withoutBadLinks(tree.toBuilder().file(bad.path(), "no link").build());
    }

    /// One line for each entry: what it is and what it holds.
    static List<String> listing(FileTree tree) {
        List<String> lines = new ArrayList<>();
        try {
            tree.forEach((path, node) -> lines.add(
                    switch (node) {
                        case Node.Directory _ -> path + " directory";
                        case Node.Symlink(String target) -> path + " -> " + target;
                        case Node.File(Content content, boolean executable) ->
                            path + (executable ? " executable " : " file ") + content.size() + " " + content.digest();
                    }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /// The same lines from what a reader listed.
    static List<String> listing(ReadLayer layer) {
        return layer.entries().stream()
                .map(entry -> switch (entry.type()) {
                    case DIRECTORY -> entry.path() + " directory";
                    case SYMLINK -> entry.path() + " -> " + entry.linkTarget().orElseThrow();
                    case FILE ->
                        entry.path() + (entry.executable() ? " executable " : " file ") + entry.size() + " "
                                + entry.sha256().orElseThrow();
                })
                .toList();
    }
}
