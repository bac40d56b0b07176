package dev.unipkg.format.layer;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.LayerEntry.Type;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the entries of a canonical tar, and refuses every other: each header alone, and how they follow each other.
final class TarParser {

    private static final TreeLimits AS_PARSED =
            new TreeLimits(Long.MAX_VALUE, Integer.MAX_VALUE, TreePath.MAX_PATH_BYTES, Integer.MAX_VALUE, 4096);

    private final TarSource source;
    private final LayerBudget budget;
    private final HeaderReader headers;
    private final List<LayerEntry> entries = new ArrayList<>();
    private final Map<String, Type> seen = new HashMap<>();
    private final FileTree.Builder tree = FileTree.builder(AS_PARSED);

    private TarParser(TarSource source, Limits limits, LayerBudget budget) {
        this.source = source;
        this.budget = budget;
        this.headers = new HeaderReader(limits);
    }

    /// The entries of an archive and their tree. Contents stay in the source.
    record Parsed(List<LayerEntry> entries, FileTree tree) {}

    static Parsed parse(TarSource source, Limits limits) throws IOException {
        return parse(source, limits, new LayerBudget(limits));
    }

    /// @param room that the entries share with those of other archives
    static Parsed parse(TarSource source, Limits limits, LayerBudget budget) throws IOException {
        TarParser parser = new TarParser(source, limits, budget);
        byte[] block = new byte[TarHeader.BLOCK];
        source.read(block, block.length);
        while (!isZero(block, block.length)) {
            parser.entry(block);
            source.read(block, block.length);
        }
        source.read(block, block.length);
        if (!isZero(block, block.length)) {
            throw new ArchiveRefusal.Corrupt("the tar", "a single block of NUL before its end").asException();
        }
        if (!source.atEnd()) {
            throw new ArchiveRefusal.TrailingBytes("the tar").asException();
        }
        FileTree tree = parser.tree.build();
        tree.requireSound();
        return new Parsed(parser.entries, tree);
    }

    private void entry(byte[] firstBlock) throws IOException {
        LayerEntry entry = headers.read(firstBlock, source);
        requirePlace(entry);
        add(entry);
    }

    private void requirePlace(LayerEntry entry) throws RefusedException {
        budget.take(entry);
        String path = entry.path();
        if (seen.containsKey(path)) {
            throw new ArchiveRefusal.DuplicateEntry(path).asException();
        }
        int slash = path.lastIndexOf('/');
        if (slash >= 0 && seen.get(path.substring(0, slash)) != Type.DIRECTORY) {
            throw new ArchiveRefusal.NoParent(path).asException();
        }
        if (!entries.isEmpty() && TreePath.PATH_ORDER.compare(entries.getLast().path(), path) > 0) {
            throw new ArchiveRefusal.NotCanonical(
                            path, "it follows " + entries.getLast().path() + ", which sorts behind it")
                    .asException();
        }
    }

    private void add(LayerEntry entry) throws IOException {
        Optional<Digest> sha256 = Optional.empty();
        Node node = switch (entry.type()) {
            case DIRECTORY -> Node.Directory.EMPTY;
            case SYMLINK -> new Node.Symlink(entry.linkTarget().orElseThrow());
            case FILE -> {
                TarSource.Passed passed = source.pass(entry.size());
                requireZeros(entry);
                sha256 = passed.sha256();
                yield new Node.File(passed.content(), entry.executable());
            }
        };
        tree.put(entry.path(), node);
        seen.put(entry.path(), entry.type());
        entries.add(entry.withSha256(sha256));
    }

    private void requireZeros(LayerEntry entry) throws IOException {
        byte[] padding = new byte[TarHeader.padding(entry.size())];
        source.read(padding, padding.length);
        if (!isZero(padding, padding.length)) {
            throw new ArchiveRefusal.NotCanonical(entry.path(), "its content is not filled up with NUL").asException();
        }
    }

    private static boolean isZero(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
