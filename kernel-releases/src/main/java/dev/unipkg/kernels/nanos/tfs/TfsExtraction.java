package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.file.ExtractedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Copies everything of a file system into a folder, within the rules of [ExtractedFolder].
public final class TfsExtraction {

    private final TfsReader fs;
    private final ExtractedFolder folder;
    private final Map<TfsNode.File, Path> files = new IdentityHashMap<>();

    private TfsExtraction(TfsReader fs, ExtractedFolder folder) {
        this.fs = fs;
        this.folder = folder;
    }

    /// Extracts into `folder`, which is made if it is not there. Holes stay holes, and names of one file stay that, so
    /// that the folder takes no more room than the file system.
    ///
    /// @return the paths of what was left out: sockets, names outside the grammar of
    ///     [dev.unipkg.format.tree.TreePath] and what is below them, links with a target that no
    ///     link can have, nodes that make no sense
    /// @throws java.nio.file.FileAlreadyExistsException when something is in the way
    /// @throws RefusedException when two files share a block, as then a small image could fill any disk; nothing is
    ///     extracted
    public static List<String> extract(TfsReader fs, Path folder) throws IOException {
        requireApart(fs);
        ExtractedFolder target = new ExtractedFolder(folder);
        TfsExtraction extraction = new TfsExtraction(fs, target);
        fs.forEach(extraction::extract);
        return target.finish();
    }

    private static void requireApart(TfsReader fs) throws IOException {
        List<Extent> extents = new ArrayList<>();
        Set<TfsNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        fs.forEach((_, node) -> {
            if (node instanceof TfsNode.File file && seen.add(file)) {
                extents.addAll(file.extents());
            }
        });
        extents.sort(Comparator.comparingLong(Extent::block));
        long end = 0;
        for (Extent extent : extents) {
            if (extent.block() < end && extent.blocks() > 0) {
                throw new ArchiveRefusal.Corrupt(
                                "the file system", "two of its files, or parts of one, share block " + extent.block())
                        .asException();
            }
            end = Math.max(end, extent.block() + extent.blocks());
        }
    }

    private void extract(String path, TfsNode node) throws IOException {
        switch (node) {
            case TfsNode.Directory _ -> folder.directory(path);
            case TfsNode.File file when files.containsKey(file) -> folder.sameFile(path, files.get(file));
            case TfsNode.File file -> {
                Optional<Path> made = folder.file(path, false, target -> fs.copyTo(file, target));
                made.ifPresent(target -> files.put(file, target));
            }
            case TfsNode.Symlink(String link) -> folder.link(path, link);
            case TfsNode.Special _, TfsNode.Broken _ -> folder.skip(path);
        }
    }
}
