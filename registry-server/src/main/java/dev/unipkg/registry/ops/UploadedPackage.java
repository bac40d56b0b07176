package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.source.BuildPlan;
import dev.unipkg.format.source.PackageSettings;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A package as ops pushes it, and what it is in our form: one layer with the files below `sysroot` and the program,
/// which
/// ops may keep beside them.
///
/// @param files those below the root folder
record UploadedPackage(PackageName name, Version version, Arch arch, String description, FileTree files) {

    private static final int MAX_MANIFEST_BYTES = 1 << 20;

    /// The root folder of the tarball.
    static String folder(PackageName name, Version version) {
        return name.name() + "_" + version;
    }

    /// The build that it becomes.
    ///
    /// @throws RefusedException when it has no manifest that ops reads, or not the program that it names
    BuildPlan plan() throws IOException {
        UploadedManifest manifest = UploadedManifest.read(manifest());
        FileTree.Builder root = FileTree.builder();
        if (files.find(TarballTree.SYSROOT).orElse(null) instanceof Node.Directory sysroot) {
            root.merge(FileTree.of(sysroot));
        }
        String program = placeProgram(manifest.program(), root);
        PackageSettings base = PackageSettings.of(name, version, program);
        PackageSettings settings = new PackageSettings(
                base.name(),
                base.version(),
                about(),
                Optional.empty(),
                manifest.execution(program),
                manifest.unikernel(),
                base.contents(),
                base.lines());
        return new BuildPlan(
                name,
                version,
                settings,
                arch,
                new TreeMap<>(Map.of(LayerKind.RUNTIME, root.buildOrRefuse())),
                List.of());
    }

    private byte[] manifest() throws IOException {
        if (!(files.find(PackageManifest.FILE).orElse(null) instanceof Node.File file)) {
            throw new DocumentRefusal.NotAPackage(
                            "the tarball has no file " + folder(name, version) + "/" + PackageManifest.FILE)
                    .asException();
        }
        if (file.content().size() > MAX_MANIFEST_BYTES) {
            throw new ContentRefusal.TooLarge(PackageManifest.FILE, MAX_MANIFEST_BYTES).asException();
        }
        return file.content().readAll();
    }

    /// Makes the program executable, because ops drops that mark of what it takes out of containers, and Nanos needs
    /// none.
    ///
    /// @return its path in the guest, absolute
    private String placeProgram(String program, FileTree.Builder root) throws RefusedException {
        String base = program.replaceFirst(".*/", "");
        boolean inSysroot = program.startsWith("/");
        Optional<Node> beside = inSysroot || base.isEmpty() ? Optional.empty() : find(files, base);
        if (beside.isPresent() && beside.get() instanceof Node.File file) {
            root.file(base, file.content(), true);
            return "/" + base;
        }
        FileTree sysroot = root.buildOrRefuse();
        Optional<FileTree.Found> found = resolve(sysroot, program);
        if (found.isEmpty() || !(found.get().node() instanceof Node.File file)) {
            throw new ProgramRefusal.NoProgram(program).asException();
        }
        root.file(found.get().path(), file.content(), true);
        return inSysroot ? program : "/" + program;
    }

    private static Optional<Node> find(FileTree tree, String name) throws RefusedException {
        try {
            return tree.find(name);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(new ProgramRefusal.NoProgram(name), e);
        }
    }

    private static Optional<FileTree.Found> resolve(FileTree tree, String program) throws RefusedException {
        try {
            return tree.resolve(program);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(new ProgramRefusal.NoProgram(program), e);
        }
    }

    private SortedMap<String, String> about() throws IOException {
        SortedMap<String, String> about = new TreeMap<>();
        if (!description.isEmpty()) {
            about.put(Annotations.DESCRIPTION, description);
        }
        if (files.find(TarballTree.README).orElse(null) instanceof Node.File readme
                && readme.content().size() <= Annotations.MAX_README_LENGTH) {
            about.put(Annotations.README, new String(readme.content().readAll(), StandardCharsets.UTF_8));
        }
        return about;
    }
}
