package dev.unipkg.format.elf;

import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;

/// The directories that a dynamic linker searches for every program of a root, and what its dynamic string
/// tokens stand for (`ld.so(8)`, `ldconfig(8)`; for musl, its manual's "dynamic linker" part).
///
/// @param configured directories that only the linker's cache or path file leads to: `/etc/ld.so.conf`
/// @param builtIn directories compiled into the linker
/// @param libToken what `$LIB` stands for
/// @param platformToken what `$PLATFORM` stands for
record SearchPath(List<String> configured, List<String> builtIn, String libToken, String platformToken) {

    private static final int MAX_INCLUDE_DEPTH = 8;
    private static final int MAX_DIRECTORIES = 1024;
    private static final int MAX_CONFIGURATION_BYTES = 1 << 20;

    static SearchPath of(Path root, Arch arch, String interpreter) throws IOException {
        return interpreter.contains("/ld-musl-") ? musl(root, arch, interpreter) : glibc(root, arch);
    }

    private static SearchPath glibc(Path root, Arch arch) throws IOException {
        String triplet = triplet(arch);
        List<String> builtIn = new ArrayList<>(List.of("/lib/" + triplet, "/usr/lib/" + triplet));
        boolean multiarch = Files.isDirectory(root.resolve("usr/lib/" + triplet))
                || Files.isDirectory(root.resolve("lib/" + triplet));
        if (!multiarch) {
            builtIn.clear();
            builtIn.addAll(List.of("/lib64", "/usr/lib64"));
        }
        builtIn.addAll(List.of("/lib", "/usr/lib"));
        SequencedSet<String> configured = new LinkedHashSet<>();
        readConfiguration(root, "/etc/ld.so.conf", configured, 0);
        return new SearchPath(List.copyOf(configured), builtIn, multiarch ? "lib/" + triplet : "lib64", platform(arch));
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

    /// `/etc/ld.so.conf`: a directory a line, `include` with a file pattern, `#` comments.
    private static void readConfiguration(Path root, String path, SequencedSet<String> directories, int depth)
            throws IOException {
        Optional<Path> file = new RootedPaths(root).file(path);
        if (file.isEmpty() || depth > MAX_INCLUDE_DEPTH) {
            return;
        }
        for (String rawLine : read(file.get()).split("\n", -1)) {
            int comment = rawLine.indexOf('#');
            String line = (comment < 0 ? rawLine : rawLine.substring(0, comment)).strip();
            if (line.startsWith("include ") || line.startsWith("include\t")) {
                for (String included :
                        matching(root, line.substring("include".length()).strip())) {
                    readConfiguration(root, included, directories, depth + 1);
                }
            } else if (line.startsWith("/") && directories.size() < MAX_DIRECTORIES) {
                directories.add(RootedPaths.normal(line));
            }
        }
    }

    private static Iterable<String> matching(Path root, String pattern) throws IOException {
        String absolute = pattern.startsWith("/") ? pattern : "/etc/" + pattern;
        int slash = absolute.lastIndexOf('/');
        String directory = absolute.substring(0, slash);
        Path folder = root.resolve(directory.isEmpty() ? "." : directory.substring(1));
        TreeSet<String> found = new TreeSet<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, absolute.substring(slash + 1))) {
                for (Path entry : entries) {
                    found.add(directory + "/" + entry.getFileName());
                }
            }
        }
        return found;
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
