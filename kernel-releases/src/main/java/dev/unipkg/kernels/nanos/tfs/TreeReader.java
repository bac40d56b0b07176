package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.TreePath;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Makes a tree of the graph that a log decodes to. A file may have several names; a directory that has, which
/// a loop needs, makes the image one that is not read.
final class TreeReader {

    /// Four times what a program can name; without an end, paths of hostile images would cost their square.
    private static final int MAX_PATH_LENGTH = 16_384;

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}");

    /// Beyond this a number of blocks is no number of bytes.
    private static final long MAX = Long.MAX_VALUE / Tfs.BLOCK / 2;

    /// Beside its children a root has some dozen attributes; a mount or a rule of a firewall is one more.
    private static final int MAX_ATTRIBUTES = 100_000;

    private final TfsLimits limits;
    private final String what;
    private final Set<Decoded> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Decoded, TfsNode> files = new IdentityHashMap<>();
    private int nodes;
    private int attributes;

    /// @param what the file system, for messages
    TreeReader(String what, TfsLimits limits) {
        this.what = what;
        this.limits = limits;
    }

    TfsNode.Directory root(Decoded.Tuple root) throws RefusedException {
        return directory(root, root.tuple("children").orElseGet(Decoded.Tuple::new), 0, 0);
    }

    /// The attributes of the root beside its children.
    Value.Tuple attributes(Decoded.Tuple root) throws RefusedException {
        SequencedMap<String, Value> members = new LinkedHashMap<>();
        for (Map.Entry<String, Decoded> member : root.members().entrySet()) {
            if (!member.getKey().equals("children") && !member.getKey().isEmpty()) {
                members.put(member.getKey(), value(member.getValue(), 1));
            }
        }
        return new Value.Tuple(members);
    }

    private Value value(Decoded decoded, int depth) throws RefusedException {
        if (++attributes > MAX_ATTRIBUTES) {
            throw corrupt("its root has more than " + MAX_ATTRIBUTES + " attributes");
        }
        if (depth > ValueEncoder.MAX_ATTRIBUTE_DEPTH) {
            throw corrupt("its attributes nest deeper than " + ValueEncoder.MAX_ATTRIBUTE_DEPTH + " levels");
        }
        return switch (decoded) {
            case Decoded.Leaf(Value leaf) -> leaf;
            case Decoded.Vector vector -> {
                List<Value> elements = new ArrayList<>();
                for (Decoded element : vector.elements()) {
                    elements.add(value(element, depth + 1));
                }
                yield new Value.Vector(elements);
            }
            case Decoded.Tuple tuple -> {
                SequencedMap<String, Value> members = new LinkedHashMap<>();
                for (Map.Entry<String, Decoded> member : tuple.members().entrySet()) {
                    if (!member.getKey().isEmpty()) {
                        members.put(member.getKey(), value(member.getValue(), depth + 1));
                    }
                }
                yield new Value.Tuple(members);
            }
        };
    }

    private TfsNode.Directory directory(Decoded.Tuple tuple, Decoded.Tuple children, int depth, int pathLength)
            throws RefusedException {
        if (!seen.add(tuple) || !seen.add(children)) {
            throw corrupt("one of its directories is in two places");
        }
        if (depth > limits.depth()) {
            throw corrupt("its directories nest deeper than " + limits.depth() + " levels");
        }
        SortedMap<String, TfsNode> nodes = new TreeMap<>(TreePath.NAME_ORDER);
        for (Map.Entry<String, Decoded> child : children.members().entrySet()) {
            String name = requireSafe(child.getKey());
            nodes.put(name, node(child.getValue(), depth + 1, pathLength + 1 + name.length()));
        }
        return new TfsNode.Directory(nodes);
    }

    /// The kernel makes no such names. Without them a path says where in the tree its node stands.
    private static String requireSafe(String name) throws RefusedException {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw TreePath.refusal(name)
                    .orElse(new ArchiveRefusal.InvalidPath(name, "is no name, since it has a slash"))
                    .asException();
        }
        return name;
    }

    private TfsNode node(Decoded decoded, int depth, int pathLength) throws RefusedException {
        count();
        if (pathLength > MAX_PATH_LENGTH) {
            throw corrupt("it has a path of more than " + MAX_PATH_LENGTH + " characters");
        }
        if (!(decoded instanceof Decoded.Tuple tuple)) {
            return new TfsNode.Broken("it is not a tuple");
        }
        Decoded children = tuple.members().get("children");
        if (children instanceof Decoded.Tuple tupleOfChildren) {
            return directory(tuple, tupleOfChildren, depth, pathLength);
        }
        if (tuple.members().get("linktarget") instanceof Decoded.Leaf(Value.Text(String target))) {
            return new TfsNode.Symlink(target);
        }
        if (tuple.members().containsKey("extents")) {
            return file(tuple);
        }
        return children == null && !tuple.members().containsKey("linktarget")
                ? new TfsNode.Special()
                : new TfsNode.Broken("its children or its target have no sensible type");
    }

    private TfsNode file(Decoded.Tuple tuple) throws RefusedException {
        TfsNode known = files.get(tuple);
        if (known != null) {
            return known;
        }
        TfsNode file;
        try {
            file = new TfsNode.File(number(tuple, "filelength"), extents(tuple));
        } catch (NumberFormatException e) {
            file = new TfsNode.Broken(String.valueOf(e.getMessage()));
        }
        files.put(tuple, file);
        return file;
    }

    private List<Extent> extents(Decoded.Tuple file) throws RefusedException {
        List<Extent> extents = new ArrayList<>();
        Decoded.Tuple tuples =
                file.tuple("extents").orElseThrow(() -> new NumberFormatException("no tuple of extents"));
        for (Map.Entry<String, Decoded> member : tuples.members().entrySet()) {
            count();
            if (!(member.getValue() instanceof Decoded.Tuple extent)) {
                throw new NumberFormatException("the extent \"" + member.getKey() + "\" is no tuple");
            }
            long length = number(extent, "length");
            boolean written = !extent.members().containsKey("uninited");
            extents.add(new Extent(
                    parse(member.getKey(), "an extent's key"),
                    number(extent, "offset"),
                    written ? length : 0,
                    extent.members().containsKey("allocated") ? number(extent, "allocated") : length));
        }
        extents.sort(Comparator.comparingLong(Extent::fileBlock));
        return extents;
    }

    /// A number as mkfs (an integer) or as ops (decimal text) writes it.
    private static long number(Decoded.Tuple tuple, String name) {
        return switch (tuple.members().get(name)) {
            case Decoded.Leaf(Value.Text(String text)) -> parse(text, name);
            case Decoded.Leaf(Value.Number(BigInteger number)) -> parse(number.toString(), name);
            case null, default -> throw new NumberFormatException("it has no number for " + name);
        };
    }

    private static long parse(String text, String name) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new NumberFormatException(name + " is no number");
        }
        long number = Long.parseLong(text);
        if (number > MAX) {
            throw new NumberFormatException(name + " is beyond the largest disk");
        }
        return number;
    }

    private void count() throws RefusedException {
        if (++nodes > limits.values()) {
            throw corrupt("its tree has more than " + limits.values() + " nodes");
        }
    }

    private RefusedException corrupt(String detail) {
        return new ArchiveRefusal.Corrupt(what, detail).asException();
    }
}
