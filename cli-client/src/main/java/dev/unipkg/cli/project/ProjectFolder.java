package dev.unipkg.cli.project;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.elf.RootedPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder that is looked at, and the root that interpreters are taken from.
///
/// @param folder with the project
/// @param root the folder that is `/` for the program
public record ProjectFolder(Path folder, Path root) {

    private static final int MAX_BYTES = 1 << 20;

    boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    /// The first of these files that is there.
    Optional<String> first(String... names) {
        return Stream.of(names).filter(this::has).findFirst();
    }

    /// The beginning of a file as text; empty where it is not there.
    String text(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        }
    }

    /// The first group of the first place in a file that the pattern matches.
    Optional<String> find(String name, Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(text(name));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /// The names of the regular files in the folder that end so, sorted.
    List<String> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(end) && !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /// The file of the root that a path leads to, through all links: `/usr/bin/python3` to `/usr/bin/python3.11`.
    Optional<String> inRoot(String path) throws IOException {
        RootedPaths paths = new RootedPaths(root);
        Optional<Path> file = paths.file(path);
        return file.isEmpty() ? Optional.empty() : Optional.of("/" + root.relativize(file.get()));
    }

    boolean rootHas(String path) {
        return Files.exists(root.resolve(path.substring(1)));
    }

    /// A name for the package, made of a text that people chose for something else.
    String packageName(Optional<String> given) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String text = given.orElse(last == null ? "app" : last.toString());
        String name = text.substring(text.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        try {
            return PackageName.parse(name).name();
        } catch (IllegalArgumentException e) {
            return "app";
        }
    }

    /// A version for the package: the given one where it is one.
    static String version(Optional<String> given) {
        return given.filter(Version::isVersion).orElse("1.0.0");
    }
}
