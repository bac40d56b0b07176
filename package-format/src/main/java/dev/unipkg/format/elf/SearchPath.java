package dev.unipkg.format.elf;

import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/// The directories that a dynamic linker searches for every program of a root, and what its dynamic string
/// tokens stand for (`ld.so(8)`, `ldconfig(8)`; for musl, its manual's "dynamic linker" part).
///
/// @param configured directories that only the linker's cache or path file leads to: `/etc/ld.so.conf`
/// @param builtIn directories compiled into the linker
/// @param libToken what `$LIB` stands for
/// @param platformToken what `$PLATFORM` stands for
record SearchPath(List<String> configured, List<String> builtIn, String libToken, String platformToken) {

    private static final int MAX_CONFIGURATION_FILES = 256;
    private static final int MAX_DIRECTORIES = 1024;
    private static final int MAX_CONFIGURATION_BYTES = 1 << 20;

    static SearchPath of(Path root, Arch arch, String interpreter) throws IOException {
        return interpreter.contains("/ld-musl-") ? musl(root, arch, interpreter) : glibc(root, arch);
    }

    private static SearchPath glibc(Path root, Arch arch) throws IOException {
        String triplet = triplet(arch);
        List<String> builtIn = new ArrayList<>(List.of("/lib/" + triplet, "/usr/lib/" + triplet));
        RootedPaths paths = new RootedPaths(root);
        boolean multiarch = isDirectory(paths, "/usr/lib/" + triplet) || isDirectory(paths, "/lib/" + triplet);
        if (!multiarch) {
            builtIn.clear();
            builtIn.addAll(List.of("/lib64", "/usr/lib64"));
        }
        builtIn.addAll(List.of("/lib", "/usr/lib"));
        Configuration configuration = new Configuration(paths);
        configuration.include("/etc/ld.so.conf");
        return new SearchPath(
                List.copyOf(configuration.directories),
                builtIn,
                multiarch ? "lib/" + triplet : "lib64",
                platform(arch));
    }

    private static boolean isDirectory(RootedPaths paths, String path) throws IOException {
        Optional<Path> found = paths.find(path);
        return found.isPresent() && Files.isDirectory(found.get());
    }

    private static SearchPath musl(Path root, Arch arch, String interpreter) throws IOException {
        String file = interpreter.substring(interpreter.lastIndexOf('/') + 1);
        String pathFile = "/etc/" + file.replaceFirst("\\.so\\..*$", "") + ".path";
        Optional<Path> found = new RootedPaths(root).file(pathFile);
        List<String> builtIn = List.of("/lib", "/usr/local/lib", "/usr/lib");
        if (found.isPresent()) {
            List<String> listed = new ArrayList<>();
            for (String directory : read(found.get()).split("[:\n]")) {
                if (directory.startsWith("/")) {
                    listed.add(directory.strip());
                }
            }
            // The path file replaces the built-in directories, so a package without it finds nothing there.
            return new SearchPath(listed, builtIn, "lib", platform(arch));
        }
        return new SearchPath(List.of(), builtIn, "lib", platform(arch));
    }

    /// Reads `/etc/ld.so.conf` and what it includes: a directory a line, `include` with a file pattern, `#` comments.
    private static final class Configuration {
        private final RootedPaths paths;
        private final Set<Path> files = new HashSet<>();
        private final SequencedSet<String> directories = new LinkedHashSet<>();

        Configuration(RootedPaths paths) {
            this.paths = paths;
        }

        void include(String path) throws IOException {
            Optional<Path> file = paths.file(path);
            // Files that include each other bring nothing the second time.
            if (file.isEmpty() || !files.add(file.get())) {
                return;
            }
            if (files.size() > MAX_CONFIGURATION_FILES) {
                throw new IOException("/etc/ld.so.conf includes more than " + MAX_CONFIGURATION_FILES
                        + " files, which is the limit; include fewer");
            }
            for (String rawLine : read(file.get()).split("\n", -1)) {
                int comment = rawLine.indexOf('#');
                String line = (comment < 0 ? rawLine : rawLine.substring(0, comment)).strip();
                if (line.startsWith("include ") || line.startsWith("include\t")) {
                    for (String included :
                            matching(line.substring("include".length()).strip())) {
                        include(included);
                    }
                } else if (line.startsWith("/") && directories.size() < MAX_DIRECTORIES) {
                    directories.add(RootedPaths.normal(line));
                }
            }
        }

        private Iterable<String> matching(String pattern) throws IOException {
            String absolute = pattern.startsWith("/") ? pattern : "/etc/" + pattern;
            int slash = absolute.lastIndexOf('/');
            String directory = absolute.substring(0, slash);
            TreeSet<String> found = new TreeSet<>();
            Optional<Path> folder = paths.find(directory);
            if (folder.isPresent() && Files.isDirectory(folder.get())) {
                try (DirectoryStream<Path> entries =
                        Files.newDirectoryStream(folder.get(), absolute.substring(slash + 1))) {
                    for (Path entry : entries) {
                        found.add(directory + "/" + entry.getFileName());
                    }
                } catch (PatternSyntaxException e) {
                    // To the linker a pattern that is none matches nothing.
                    return List.of();
                }
            }
            return found;
        }
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_CONFIGURATION_BYTES) {
            throw new IOException(file + " is larger than " + MAX_CONFIGURATION_BYTES + " bytes");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String triplet(Arch arch) {
        return platform(arch) + "-linux-gnu";
    }

    private static String platform(Arch arch) {
        return switch (arch) {
            case X86_64 -> "x86_64";
            case ARM64 -> "aarch64";
            case RISCV64 -> "riscv64";
        };
    }
}
