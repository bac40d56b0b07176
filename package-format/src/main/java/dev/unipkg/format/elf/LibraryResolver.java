package dev.unipkg.format.elf;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.LibraryClosure.Library;
import dev.unipkg.format.elf.LibraryClosure.Missing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the libraries of a program in a root folder in the order in which the dynamic linker would
/// (`ld.so(8)`): `DT_RPATH` of the asker and of those that loaded it, the library path of the environment,
/// `DT_RUNPATH` of the asker, the configured directories, the built-in ones; breadth first; a file for
/// another processor is passed over. Nothing is run.
///
/// Variants for newer processors (`glibc-hwcaps/`) are not taken: a package starts on every machine of its
/// architecture.
public final class LibraryResolver {

    /// Libraries that glibc itself loads while a program runs, so that no header names them: name service
    /// switch modules (`nsswitch.conf(5)`), the resolver, and the unwinder behind `pthread_cancel(3)`.
    private static final List<String> LOADED_BY_GLIBC =
            List.of("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2", "libgcc_s.so.1");

    private static final String GLIBC = "libc.so.6";
    private static final int MAX_LIBRARIES = 4096;

    private final Path root;
    private final List<String> libraryPath;
    private final RootedPaths.Placed placed;

    /// @param root the folder that is `/` for the program
    /// @param libraryPath the directories of `LD_LIBRARY_PATH` in the program's environment
    public LibraryResolver(Path root, List<String> libraryPath) {
        this(root, libraryPath, _ -> Optional.empty());
    }

    /// @param root the folder that is `/` for the program
    /// @param libraryPath the directories of `LD_LIBRARY_PATH` in the program's environment
    /// @param placed files that the package brings itself, which come before those of the root
    public LibraryResolver(Path root, List<String> libraryPath, RootedPaths.Placed placed) {
        this.root = root;
        this.libraryPath = List.copyOf(libraryPath);
        this.placed = placed;
    }

    /// Finds what the program at `path` needs.
    ///
    /// @param path the program, an absolute path inside the root
    /// @param atRunTime libraries it loads while running, by name or absolute path; missing ones are reported
    /// @throws RefusedException when the program is no ELF program, a library on the way is corrupt, or there are
    ///     more than 4096 of them
    public LibraryClosure closure(String path, Collection<String> atRunTime) throws IOException {
        RootedPaths paths = new RootedPaths(root, placed);
        Path file = paths.file(path).orElseThrow(() -> new IOException("no program at " + path + " in " + root));
        ElfFile program = ElfFile.read(file);
        if (program.isStatic() && atRunTime.isEmpty()) {
            return new LibraryClosure(program, List.of(), List.of());
        }
        String interpreter = program.interpreter().orElse("");
        Search search =
                new Search(paths, program.arch(), SearchPath.of(root, program.arch(), interpreter), interpreter);
        // The linker expands $ORIGIN of the program from /proc/self/exe, whose links are all followed.
        search.start(new Loaded(paths.real(path, file), program, null), atRunTime);
        return new LibraryClosure(program, search.found, search.missing);
    }

    /// A program or library in the order of loading; `loader` is what asked for it first.
    private record Loaded(
            String path, ElfFile elf, @Nullable Loaded loader) {}

    private final class Search {
        private final RootedPaths paths;
        private final Arch arch;
        private final SearchPath system;
        private final String interpreter;
        private final boolean musl;
        private final Set<String> known = new HashSet<>();
        private final Deque<Loaded> ahead = new ArrayDeque<>();
        private final List<Library> found = new ArrayList<>();
        private final List<Missing> missing = new ArrayList<>();

        Search(RootedPaths paths, Arch arch, SearchPath system, String interpreter) {
            this.paths = paths;
            this.arch = arch;
            this.system = system;
            this.interpreter = interpreter;
            this.musl = interpreter.contains("/ld-musl-");
        }

        void start(Loaded program, Collection<String> atRunTime) throws IOException {
            if (!interpreter.isEmpty()) {
                loadInterpreter(program);
            }
            ahead.add(program);
            loadAll();
            for (String name : atRunTime) {
                load(name, program, true);
            }
            loadAll();
            if (known.contains(GLIBC)) {
                for (String name : LOADED_BY_GLIBC) {
                    load(name, program, false);
                }
                loadAll();
            }
        }

        private void loadInterpreter(Loaded program) throws IOException {
            Optional<Path> file = paths.file(interpreter);
            if (file.isEmpty()) {
                missing.add(new Missing(interpreter, program.path, List.of(parentOf(interpreter))));
                return;
            }
            known.add(interpreter.substring(interpreter.lastIndexOf('/') + 1));
            ElfFile.read(file.get()).soname().ifPresent(known::add);
            if (musl) {
                // musl's linker is its C library, under the name programs were linked with.
                known.add("libc.so");
                known.add("libc.musl-" + system.platformToken() + ".so.1");
            }
            found.add(new Library(interpreter, RootedPaths.normal(interpreter), file.get()));
        }

        private void loadAll() throws IOException {
            while (!ahead.isEmpty()) {
                Loaded next = ahead.remove();
                for (String name : next.elf.needed()) {
                    load(name, next, true);
                }
            }
        }

        private void load(String name, Loaded asker, boolean required) throws IOException {
            if (!known.add(name)) {
                return;
            }
            if (found.size() >= MAX_LIBRARIES) {
                throw new ProgramRefusal.TooManyLibraries(asker.path, MAX_LIBRARIES).asException();
            }
            List<String> searched = new ArrayList<>();
            if (name.contains("/")) {
                String path = RootedPaths.normal(expand(name, asker));
                if (take(name, path, path, asker)) {
                    return;
                }
                searched.add(parentOf(path));
            } else if (searchDirectories(name, asker, searched)) {
                return;
            }
            if (required) {
                missing.add(new Missing(name, asker.path, searched));
            }
        }

        private boolean searchDirectories(String name, Loaded asker, List<String> searched) throws IOException {
            for (String directory : directoriesOf(asker)) {
                searched.add(directory);
                String path = RootedPaths.normal(directory + "/" + name);
                if (take(name, path, path, asker)) {
                    return true;
                }
            }
            for (String directory : system.configured()) {
                searched.add(directory);
                // A package carries no linker cache, so such a library goes where the linker looks anyway.
                String placed = system.builtIn().contains(directory)
                        ? directory
                        : system.builtIn().getFirst();
                if (take(name, RootedPaths.normal(directory + "/" + name), placed + "/" + name, asker)) {
                    return true;
                }
            }
            for (String directory : system.builtIn()) {
                searched.add(directory);
                if (take(name, directory + "/" + name, directory + "/" + name, asker)) {
                    return true;
                }
            }
            return false;
        }

        /// The directories that come before the system's, for one asker.
        private List<String> directoriesOf(Loaded asker) {
            List<String> directories = new ArrayList<>();
            if (musl) {
                directories.addAll(libraryPath);
                for (Loaded at = asker; at != null; at = at.loader) {
                    addExpanded(at.elf.runpath().isEmpty() ? at.elf.rpath() : at.elf.runpath(), at, directories);
                }
                return directories;
            }
            // A library with a RUNPATH takes no RPATH into account, neither its own nor one above it.
            if (asker.elf.runpath().isEmpty()) {
                for (Loaded at = asker; at != null; at = at.loader) {
                    if (at.elf.runpath().isEmpty()) {
                        addExpanded(at.elf.rpath(), at, directories);
                    }
                }
            }
            directories.addAll(libraryPath);
            addExpanded(asker.elf.runpath(), asker, directories);
            return directories;
        }

        private void addExpanded(List<String> tokens, Loaded of, List<String> directories) {
            for (String directory : tokens) {
                String expanded = expand(directory, of);
                if (expanded.startsWith("/")) {
                    directories.add(RootedPaths.normal(expanded));
                }
            }
        }

        private String expand(String text, Loaded of) {
            return text.replace("${ORIGIN}", parentOf(of.path))
                    .replace("$ORIGIN", parentOf(of.path))
                    .replace("${LIB}", system.libToken())
                    .replace("$LIB", system.libToken())
                    .replace("${PLATFORM}", system.platformToken())
                    .replace("$PLATFORM", system.platformToken());
        }

        private boolean take(String name, String path, String placed, Loaded asker) throws IOException {
            Optional<Path> file = paths.file(path);
            if (file.isEmpty()) {
                return false;
            }
            ElfFile elf;
            try {
                elf = ElfFile.read(file.get());
            } catch (RefusedException refused) {
                if (refused.refusal() instanceof ProgramRefusal.ForeignElf) {
                    return false;
                }
                throw refused;
            }
            if (elf.arch() != arch) {
                return false;
            }
            elf.soname().ifPresent(known::add);
            found.add(new Library(name, placed, file.get()));
            ahead.add(new Loaded(path, elf, asker));
            return true;
        }
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }
}
