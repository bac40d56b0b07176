package dev.unipkg.kernels.nanos;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files that tell a C library how names are found (hosts(5), resolv.conf(5)), where a package has none of its own:
/// without them even `localhost` is asked of a name server that is not there, for ten seconds. The init of the Linux
/// guest writes the same.
public final class NameFiles {

    private static final String FOLDER = "etc";

    /// The name server is that of QEMU's user-mode network, which asks the host's.
    private static final SortedMap<String, String> TEXTS = new TreeMap<>(Map.of(
            FOLDER + "/hosts", "127.0.0.1 localhost\n",
            FOLDER + "/resolv.conf", "nameserver 10.0.2.3\n"));

    private NameFiles() {}

    /// The tree with those of the files that it lacks.
    ///
    /// @throws RefusedException when it is beyond the limits of a tree then
    public static FileTree in(FileTree root) throws RefusedException {
        Optional<Node> folder = root.find(FOLDER);
        if (folder.isPresent() && !(folder.get() instanceof Node.Directory)) {
            // A link to where the package keeps them, if it does.
            return root;
        }
        SortedMap<String, String> lacking = new TreeMap<>(TEXTS);
        lacking.keySet().removeIf(path -> root.find(path).isPresent());
        if (lacking.isEmpty()) {
            return root;
        }
        FileTree.Builder tree = root.toBuilder();
        lacking.forEach(tree::file);
        return tree.buildOrRefuse();
    }
}
