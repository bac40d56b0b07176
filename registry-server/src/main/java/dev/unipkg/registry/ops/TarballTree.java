package dev.unipkg.registry.ops;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// The files of a tarball as ops extracts them: one root folder `<name>_<version>` with `package.manifest`, `README.md`
/// where there is one, and the package's files below `sysroot`.
final class TarballTree {

    static final String SYSROOT = "sysroot";
    static final String README = "README.md";

    /// Room for everything that the layers of a build may hold and the folders around it.
    static final Limits LIMITS = new Limits(9L << 30, 200_100, 1000, 1536, 1024, 70, 128 << 20);

    private static final TreeLimits TREE_LIMITS = new TreeLimits(9L << 30, 200_100, 1536, 1024, 70);

    private TarballTree() {}

    /// @param files the layers of the build over each other
    /// @param about the annotations of the version's index. What the catalog says of the package may change later.
    static FileTree of(OpsBuild build, ImageConfig config, FileTree files, Map<String, String> about)
            throws IOException {
        String wanted = config.execution().program();
        FileTree.Found program = files.resolve(wanted)
                .filter(found -> found.node() instanceof Node.File)
                .orElseThrow(() -> new ProgramRefusal.NoProgram(wanted).asException());
        String folder = build.folder();
        FileTree.Builder tree = FileTree.builder(TREE_LIMITS);
        tree.put(folder + "/" + SYSROOT, files.root());
        if (program.path().contains(folder)) {
            // The client then takes the program for a file beside package.manifest.
            tree.put(folder + "/" + program.path().replaceFirst(".*/", ""), program.node());
        }
        Optional.ofNullable(about.get(Annotations.README)).ifPresent(text -> tree.file(folder + "/" + README, text));
        byte[] manifest = PackageManifest.of(
                build,
                config,
                "/" + program.path(),
                files.bytes(),
                Optional.ofNullable(about.get(Annotations.DESCRIPTION)));
        tree.file(folder + "/" + PackageManifest.FILE, new Content.Bytes(manifest), false);
        return tree.buildOrRefuse();
    }
}
