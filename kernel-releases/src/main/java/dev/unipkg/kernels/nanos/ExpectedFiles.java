package dev.unipkg.kernels.nanos;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Files that programs expect and few packages have: `/tmp`, and the name resolution files of a C library (hosts(5),
/// resolv.conf(5)). Without the latter, each look-up, even of `localhost`, waits ten seconds for an absent name server.
/// The init of the Linux guest makes the same files.
public final class ExpectedFiles {

    private static final String TMP = "tmp";
    private static final String ETC = "etc";

    /// The name server is that of QEMU's user-mode network, which asks the host's.
    private static final SortedMap<String, String> TEXTS = new TreeMap<>(Map.of(
            ETC + "/hosts", "127.0.0.1 localhost\n",
            ETC + "/resolv.conf", "nameserver 10.0.2.3\n"));

    private ExpectedFiles() {}

    /// The tree with what it lacks of them.
    ///
    /// @throws RefusedException when it is beyond the limits of a tree then
    public static FileTree in(FileTree root) throws RefusedException {
        FileTree.Builder tree = root.toBuilder();
        if (root.find(TMP).isEmpty()) {
            tree.directory(TMP);
        }
        Optional<Node> etc = root.find(ETC);
        // A link leads to where the package keeps such files, if it has them.
        if (etc.isEmpty() || etc.get() instanceof Node.Directory) {
            TEXTS.forEach((path, text) -> {
                if (root.find(path).isEmpty()) {
                    tree.file(path, text);
                }
            });
        }
        return tree.buildOrRefuse();
    }
}
