package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Looks at every byte of a file system: each is claimed by the log or by a file, or is zero. Bytes after the end of a
/// log extension, and after the data of an extent with room to grow, are not checked.
final class TfsCheck {

    private record Claim(String owner, long block, long blocks) {
        long end() {
            return block + blocks;
        }
    }

    private final TfsReader fs;
    private final Window window;
    private final LogReader.Log log;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final Set<TfsNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    TfsCheck(TfsReader fs, Window window, LogReader.Log log) {
        this.fs = fs;
        this.window = window;
        this.log = log;
    }

    List<Finding> findings() throws IOException {
        log.extensions().forEach(extension -> claims.add(new Claim("the log", extension.block(), extension.blocks())));
        if (log.identity().version() < Tfs.VERSION) {
            findings.add(new Finding.OldEncoding(log.identity().version()));
        }
        log.repeatedSymbols().forEach(name -> findings.add(new Finding.RepeatedSymbol(name)));
        if (log.missing() > 0) {
            findings.add(new Finding.UnfinishedRecord(log.missing()));
        }
        fs.forEach(this::node);
        claims.sort(Comparator.comparingLong(Claim::block).thenComparingLong(Claim::blocks));
        overlaps();
        unclaimed();
        return findings;
    }

    private void node(String path, TfsNode node) throws IOException {
        if (!TreePath.isName(path.substring(path.lastIndexOf('/') + 1))) {
            findings.add(new Finding.UnusableName(path));
        }
        switch (node) {
            case TfsNode.Broken(String why) -> findings.add(new Finding.BrokenNode(path, why));
            case TfsNode.File file when seen.add(file) -> file(path, file);
            case TfsNode.File _, TfsNode.Directory _, TfsNode.Symlink _, TfsNode.Special _ -> {}
        }
    }

    private void file(String path, TfsNode.File file) throws IOException {
        Extent last = null;
        for (Extent extent : file.extents()) {
            long blocks = Math.max(extent.blocks(), extent.allocated());
            if (!fs.isInside(extent)) {
                findings.add(new Finding.Outside(path, extent.block(), blocks));
                return;
            }
            if (blocks > 0) {
                claims.add(new Claim(path, extent.block(), blocks));
            }
            if (last != null && last.fileBlock() + last.blocks() > extent.fileBlock()) {
                findings.add(new Finding.BrokenNode(path, "its extents overlap in the file"));
            }
            last = extent;
        }
        long end = file.size() / Tfs.BLOCK;
        int used = (int) (file.size() % Tfs.BLOCK);
        if (last != null && used > 0 && last.fileBlock() <= end && end < last.fileBlock() + last.blocks()) {
            byte[] block = window.read((last.block() + end - last.fileBlock()) * Tfs.BLOCK, Tfs.BLOCK);
            if (Window.firstNonZero(block, used, Tfs.BLOCK) < Tfs.BLOCK) {
                findings.add(new Finding.Padding(path));
            }
        }
    }

    private void overlaps() {
        Claim widest = null;
        for (Claim claim : claims) {
            if (widest != null && claim.block() < widest.end()) {
                findings.add(new Finding.Overlap(widest.owner(), claim.owner(), claim.block()));
            }
            if (widest == null || claim.end() > widest.end()) {
                widest = claim;
            }
        }
    }

    /// Looks at what lies between the claims.
    private void unclaimed() throws IOException {
        long free = 0;
        long at = 0;
        for (Claim claim : claims) {
            if (claim.block() > at) {
                free += claim.block() - at;
                window.unclaimed(at * Tfs.BLOCK, claim.block() * Tfs.BLOCK).ifPresent(findings::add);
            }
            at = Math.max(at, claim.end());
        }
        free += window.size() / Tfs.BLOCK - at;
        window.unclaimed(at * Tfs.BLOCK, window.size()).ifPresent(findings::add);
        if (free <= Tfs.KERNEL_LOG_BLOCKS) {
            findings.add(new Finding.NoRoom(free));
        }
    }
}
