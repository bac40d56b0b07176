package dev.unipkg.format.source;

import dev.unipkg.format.tree.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Interpreters that read a library of scripts when they start. The dynamic linker does not know that library, so
/// nothing but a line below `files` brings it.
enum Interpreters {
    /// Python ends without its module `encodings`.
    PYTHON("python(3\\.[0-9]+)", "/usr/lib/python%s", "encodings"),
    /// Debian's Node keeps built-in modules there; the builds of Node's authors hold them in the program.
    NODE("node(?:js)?()", "/usr/share/nodejs", "cjs-module-lexer"),
    RUBY("ruby(3\\.[0-9]+)", "/usr/lib/ruby", "%s.0");

    private final Pattern program;
    private final String library;
    private final String part;

    /// @param program the name of the program's file; its group is the version
    /// @param library the folder with the library; `%s` is the version
    /// @param part a name in that folder, without which the library is another one
    Interpreters(String program, String library, String part) {
        this.program = Pattern.compile(program);
        this.library = library;
        this.part = part;
    }

    /// A sentence for a package whose program is an interpreter without its library, where the root has that library.
    ///
    /// @param program absolute in the package
    static Optional<String> missing(String program, FileTree tree, Path root) {
        String name = name(program, tree);
        for (Interpreters interpreter : List.of(values())) {
            Matcher matcher = interpreter.program.matcher(name);
            if (matcher.matches()) {
                String folder = interpreter.library.formatted(matcher.group(1));
                String needed = folder + "/" + interpreter.part.formatted(matcher.group(1));
                boolean lacking = tree.resolve(needed).isEmpty() && Files.exists(root.resolve(needed.substring(1)));
                return lacking ? Optional.of(sentence(program, folder)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String sentence(String program, String folder) {
        return "%s needs its library and the package has no %s; add below files:  %s: {root: %s}"
                .formatted(program, folder, folder, folder);
    }

    /// The name of the file behind the program's links: `python3` is a link to the version.
    private static String name(String program, FileTree tree) {
        String path = tree.resolve(program).map(FileTree.Found::path).orElse(program);
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
