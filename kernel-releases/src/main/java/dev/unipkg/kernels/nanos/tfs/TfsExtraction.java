package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Copies everything of a file system into a folder. Nothing leaves the folder: every name is checked, nothing that
/// exists is overwritten, and links are made last, so that none is followed.
public final class TfsExtraction {

    private final TfsReader fs;
    private final Path folder;
    private final Map<Path, String> links = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();

    private TfsExtraction(TfsReader fs, Path folder) {
        this.fs = fs;
        this.folder = folder;
    }

    /// Extracts into `folder`, which is made if it is not there. Holes stay holes.
    ///
    /// @return the paths of what was left out: sockets, names outside the grammar of [TreePath] and what is below
    ///     them, nodes that make no sense
    /// @throws java.nio.file.FileAlreadyExistsException when something is in the way
    public static List<String> extract(TfsReader fs, Path folder) throws IOException {
        TfsExtraction extraction = new TfsExtraction(fs, folder);
        Files.createDirectories(folder);
        fs.forEach(extraction::extract);
        for (Map.Entry<Path, String> link : extraction.links.entrySet()) {
            Files.createSymbolicLink(link.getKey(), Path.of(link.getValue()));
        }
        return extraction.skipped;
    }

    private void extract(String path, TfsNode node) throws IOException {
        if (!TreePath.isPath(path)) {
            skipped.add(path);
            return;
        }
        Path target = folder.resolve(path);
        switch (node) {
            case TfsNode.Directory _ -> Files.createDirectory(target);
            case TfsNode.File file -> copy(file, target);
            case TfsNode.Symlink(String link) when link.indexOf('\0') < 0 -> links.put(target, link);
            case TfsNode.Symlink _, TfsNode.Special _, TfsNode.Broken _ -> skipped.add(path);
        }
    }

    private void copy(TfsNode.File file, Path target) throws IOException {
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            fs.copyTo(file, out);
        }
    }
}
