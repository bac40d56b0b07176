package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import java.math.BigInteger;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Trees and values invented from a seed: the same seed, the same invention.
final class Invented {

    private static final List<String> NAMES = List.of(
            "a",
            "b",
            "children",
            "extents",
            "0",
            "filelength",
            "linktarget",
            "with space",
            "größe",
            "日本",
            "-",
            "~",
            "x".repeat(255),
            "ü".repeat(127));

    private static final int[] SIZES = {0, 1, 3, 511, 512, 513, 4096, 70_000};

    private final RandomGenerator random;

    private Invented(long seed) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    static FileTree tree(long seed) {
        return FileTree.of(new Invented(seed).directory(0));
    }

    static Value.Tuple tuple(long seed) {
        return new Invented(seed).tuple(0);
    }

    private Node.Directory directory(int depth) {
        SortedMap<String, Node> children = new TreeMap<>();
        for (int i = random.nextInt(depth == 0 ? 30 : 8); i > 0; i--) {
            children.put(name(), node(depth + 1));
        }
        return new Node.Directory(children);
    }

    private Node node(int depth) {
        return switch (random.nextInt(depth < 12 ? 6 : 5)) {
            case 0 -> new Node.Symlink(random.nextBoolean() ? "../" + name() : "/etc/" + name());
            case 1, 2, 3, 4 -> new Node.File(content(), random.nextBoolean());
            default -> directory(depth);
        };
    }

    private Content content() {
        byte[] bytes = new byte[SIZES[random.nextInt(SIZES.length)]];
        if (random.nextInt(4) > 0) {
            random.nextBytes(bytes);
        }
        return new Content.Bytes(bytes);
    }

    private String name() {
        String name = random.nextBoolean() ? NAMES.get(random.nextInt(NAMES.size())) : text(1 + random.nextInt(20));
        return TreePath.isName(name) ? name : "n" + random.nextInt(100);
    }

    private String text(int length) {
        return IntStream.generate(() -> random.nextInt(8) > 0 ? 0x20 + random.nextInt(0x5f) : random.nextInt(0x2fff))
                .filter(Character::isDefined)
                .limit(length)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private Value.Tuple tuple(int depth) {
        Value.Tuple tuple = Value.Tuple.EMPTY;
        for (int i = random.nextInt(12); i > 0; i--) {
            tuple = tuple.with(name(), value(depth + 1));
        }
        return tuple;
    }

    private Value value(int depth) {
        return switch (random.nextInt(depth < 6 ? 8 : 6)) {
            case 0 -> new Value.Nothing();
            case 1 -> new Value.Number(BigInteger.valueOf(random.nextLong() >> random.nextInt(64)));
            case 2, 3, 4, 5 -> new Value.Text(text(random.nextInt(random.nextInt(1, 2000))));
            case 6 ->
                new Value.Vector(Stream.generate(() -> value(depth + 1))
                        .limit(random.nextInt(5))
                        .toList());
            default -> tuple(depth);
        };
    }
}
