package dev.unipkg.format.source;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.ElfFile;
import dev.unipkg.format.elf.LibraryClosure;
import dev.unipkg.format.elf.LibraryResolver;
import dev.unipkg.format.elf.RootedPaths;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Puts together what a build will hold: the files that the settings name, the program, and the libraries that the
/// program and those files need. Nothing is run, nothing is written.
final class Gathering {

    private final PackageSettings settings;
    private final Optional<Path> beside;
    private final Path root;
    private final Map<String, LayerKind> kinds = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final FileTree.Builder all = FileTree.builder();
    private FileTree soFar = FileTree.EMPTY;

    /// The setting that asks for what is being done.
    private String asking = "";

    /// @param beside the settings file's folder; empty where there is no such file
    /// @param root the folder that is `/` for the program
    Gathering(PackageSettings settings, Optional<Path> beside, Path root) {
        this.settings = settings;
        this.beside = beside;
        this.root = root;
    }

    BuildPlan plan() throws IOException {
        try {
            return gathered();
        } catch (RefusedException e) {
            throw settings.lines().locate(asking, e);
        }
    }

    private BuildPlan gathered() throws IOException {
        for (var file : settings.contents().files().entrySet()) {
            asking = "files." + file.getKey();
            place(file.getKey(), file.getValue());
            soFar = all.buildOrRefuse();
        }
        for (String directory : settings.contents().directories()) {
            asking = "directories";
            emptyDirectory(directory);
        }
        for (String volume : settings.execution().volumes()) {
            asking = "volumes";
            emptyDirectory(volume);
        }
        asking = "program";
        placeProgram();
        ElfFile program = placeLibraries();
        soFar = all.buildOrRefuse();
        Interpreters.missing(settings.program(), soFar, root).ifPresent(notes::add);
        return new BuildPlan(
                settings.name().orElseThrow(),
                settings.version().orElseThrow(),
                settings,
                program.arch(),
                layers(),
                notes);
    }

    /// Each path in the layer of the last rule that put it, so that no layer brings what another rule replaced.
    private SortedMap<LayerKind, FileTree> layers() throws IOException {
        Map<LayerKind, FileTree.Builder> layers = new EnumMap<>(LayerKind.class);
        soFar.forEach((path, node) -> {
            LayerKind kind = kinds.get(path);
            if (kind != null) {
                Node alone = node instanceof Node.Directory ? Node.Directory.EMPTY : node;
                layers.computeIfAbsent(kind, _ -> FileTree.builder()).put(path, alone);
            }
        });
        SortedMap<LayerKind, FileTree> trees = new TreeMap<>();
        for (var layer : layers.entrySet()) {
            trees.put(layer.getKey(), layer.getValue().buildOrRefuse());
        }
        return trees;
    }

    private void place(String path, FileRule rule) throws IOException {
        HostFiles.Sink sink = (at, node) -> put(at, node, rule.layer());
        switch (rule.origin()) {
            case FileRule.Origin.Beside(String from, Set<String> without) -> {
                Path file = besideFile(path, from);
                new HostFiles(sink, without, Optional.empty()).copy(file, requireTarget(path, file), path);
            }
            case FileRule.Origin.InRoot(String from, Set<String> without) -> {
                RootedPaths paths = new RootedPaths(root);
                Optional<Path> file = paths.find(from);
                if (file.isEmpty()) {
                    throw absent(path, from, "a file or folder of " + root);
                }
                new HostFiles(sink, without, Optional.of(paths))
                        .copy(file.get(), requireTarget(path, file.get()), from);
            }
            case FileRule.Origin.Text(String text) ->
                sink.put(path, new Node.File(Content.ofText(text), rule.executable()));
            case FileRule.Origin.Link(String target) ->
                sink.put(
                        path,
                        new Node.Symlink(
                                target.startsWith("/") ? TreePath.relativeTarget(paths().real(path), target) : target));
        }
    }

    /// A file beside the settings, links followed. A link that leaves their folder is refused; otherwise an untrusted
    /// folder could publish any file of the user who builds it.
    private Path besideFile(String path, String from) throws IOException {
        Path folder = beside.orElseThrow().toRealPath();
        Path file = folder.resolve(from).normalize();
        if (!Files.exists(file)) {
            throw absent(path, from, "a file or folder beside " + PackageSettings.FILE_NAME);
        }
        Path real = file.toRealPath();
        if (!real.startsWith(folder)) {
            throw new ArchiveRefusal.LinkLeavesRoot(from, real.toString()).asException();
        }
        return real;
    }

    private static String requireTarget(String path, Path file) throws RefusedException {
        if (path.equals("/") && !Files.isDirectory(file)) {
            throw new DocumentRefusal.InvalidValue("files./", file.toString(), "a folder").asException();
        }
        return path;
    }

    private static RefusedException absent(String path, String from, String expected) {
        return new DocumentRefusal.InvalidValue("files." + path, from, expected).asException();
    }

    private void emptyDirectory(String path) throws IOException {
        if (soFar.resolve(path).isEmpty()) {
            put(path, Node.Directory.EMPTY, Optional.empty());
            soFar = all.buildOrRefuse();
        }
    }

    private void placeProgram() throws IOException {
        String path = settings.program();
        if (ownFile(path).isPresent()) {
            return;
        }
        // Taking the root's file instead of the rule's would publish a program that the settings do not name.
        Optional<Node> other = isInGrammar(path) ? soFar.find(paths().real(path)) : Optional.empty();
        if (other.isPresent()) {
            throw otherThanProgram(path, other.get());
        }
        Optional<Path> file = new RootedPaths(root).file(path);
        if (file.isEmpty()) {
            throw new ProgramRefusal.NoProgram(path).asException();
        }
        putFromRoot(path, file.get(), LayerKind.RUNTIME);
        soFar = all.buildOrRefuse();
    }

    private static RefusedException otherThanProgram(String path, Node node) {
        String what = switch (node) {
            case Node.File _ -> "a text";
            case Node.Directory _ -> "a directory";
            case Node.Symlink(String target) ->
                "a link to " + Refusal.quoted(target) + ", which leads to no ELF file of the package";
        };
        return new DocumentRefusal.InvalidValue(
                        "program", path, "an ELF file; the package has " + what + " in its place")
                .asException();
    }

    private ElfFile placeLibraries() throws IOException {
        String program = settings.program();
        List<String> atRunTime = settings.contents().libraries();
        LibraryResolver resolver = new LibraryResolver(root, libraryPath(), this::ownFile);
        LibraryClosure needed = resolver.closure(program, atRunTime);
        if (!needed.missing().isEmpty()) {
            List<String> names = needed.missing().stream()
                    .map(LibraryClosure.Missing::toString)
                    .toList();
            throw new ProgramRefusal.MissingLibraries(program, needed.program().arch(), names).asException();
        }
        List<String> withModules = new ArrayList<>(atRunTime);
        if (!needed.program().isStatic()) {
            withModules.addAll(modules(needed.program()));
        }
        LibraryClosure wanted = resolver.closure(program, withModules);
        wanted.missing().forEach(missing -> notes.add("not found, and left out: " + missing));
        for (LibraryClosure.Library library : wanted.libraries()) {
            if (ownFile(library.path()).isEmpty()) {
                putFromRoot(library.path(), library.file(), LayerKind.LIBS);
            }
        }
        return needed.program();
    }

    private List<String> libraryPath() {
        String directories = settings.execution().env().getOrDefault("LD_LIBRARY_PATH", "");
        return List.of(directories.split("[:;]")).stream()
                .filter(directory -> directory.startsWith("/"))
                .toList();
    }

    /// The shared objects among the package's own files: the program may load them at run time, as an interpreter does
    /// with its modules, and then they need their libraries too.
    private List<String> modules(ElfFile program) throws IOException {
        List<String> modules = new ArrayList<>();
        soFar.forEach((path, node) -> {
            if (node instanceof Node.File(Content.Region(Path file, long _, long size), boolean _)
                    && size >= ElfFile.HEADER_SIZE_BYTES
                    && isModule(file, program)) {
                modules.add("/" + path);
            }
        });
        return modules;
    }

    private static boolean isModule(Path file, ElfFile program) throws IOException {
        try (var in = Files.newInputStream(file)) {
            if (!ElfFile.isElf(in.readNBytes(ElfFile.HEADER_SIZE_BYTES))) {
                return false;
            }
        }
        try {
            ElfFile elf = ElfFile.read(file);
            return elf.arch() == program.arch() && elf.kind() == ElfFile.Kind.LIBRARY;
        } catch (RefusedException e) {
            // Data that looks like ELF (a kernel module, a test file) is a file like any other.
            return false;
        }
    }

    /// The path on this machine of a regular file of the package; empty for a text of the settings.
    private Optional<Path> ownFile(String path) {
        Optional<FileTree.Found> found = isInGrammar(path) ? soFar.resolve(path) : Optional.empty();
        return found.isPresent()
                        && found.get().node() instanceof Node.File(Content.Region(Path file, var _, var _), var _)
                ? Optional.of(file)
                : Optional.empty();
    }

    private static boolean isInGrammar(String path) {
        return TreePath.isPath(path.substring(path.startsWith("/") ? 1 : 0));
    }

    private void put(String path, Node node, Optional<LayerKind> layer) throws RefusedException {
        boolean directoryIsThere = node instanceof Node.Directory
                && soFar.resolve(path)
                        .map(found -> found.node() instanceof Node.Directory)
                        .orElse(false);
        if (directoryIsThere) {
            return;
        }
        try {
            String real = node instanceof Node.Directory ? paths().realDirectory(path) : paths().real(path);
            all.put(real, node);
            kinds.put(real, layer.orElse(defaultLayer(real)));
        } catch (IllegalArgumentException e) {
            ArchiveRefusal broken = TreePath.refusal(path.startsWith("/") ? path.substring(1) : path)
                    .orElse(new ArchiveRefusal.UnsafePath(path));
            throw new RefusedException(broken, e);
        }
    }

    private void putFromRoot(String path, Path file, LayerKind layer) throws IOException {
        if (isInGrammar(path)) {
            paths().requireDirectories(path);
        }
        put(path, HostFiles.file(file), Optional.of(layer));
    }

    private static LayerKind defaultLayer(String path) {
        return path.equals("etc") || path.startsWith("etc/") ? LayerKind.CONFIG : LayerKind.RUNTIME;
    }

    private PackagePaths paths() {
        return new PackagePaths(soFar);
    }
}
