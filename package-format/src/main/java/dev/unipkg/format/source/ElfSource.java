package dev.unipkg.format.source;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.elf.ElfFile;
import dev.unipkg.format.elf.RootedPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A program of this machine, with the libraries it needs and nothing else.
///
/// A program outside the system's directories goes to `/bin`, so the package does not reveal the builder's folders, and
/// the same program built in two places is the same package. A program that looks for libraries relative to itself
/// keeps its path.
///
/// @param root the folder that is `/` for the program
/// @param program absolute in that root
public record ElfSource(Path root, String program) {
    private static final Pattern OF_THE_SYSTEM = Pattern.compile("/(usr|bin|sbin|lib[^/]*|opt)/.*");

    /// Finds the program's libraries.
    ///
    /// @throws dev.unipkg.format.RefusedException when it is no ELF program, or a library is missing
    public BuildPlan plan(PackageName name, Version version) throws IOException {
        PackageSettings settings = PackageSettings.of(name, version, placed(), program);
        return new Gathering(settings, Optional.empty(), root).plan();
    }

    private String placed() throws IOException {
        Optional<Path> file = new RootedPaths(root).file(program);
        return file.isEmpty() || OF_THE_SYSTEM.matcher(program).matches() || looksAround(ElfFile.read(file.get()))
                ? program
                : "/bin/" + program.substring(program.lastIndexOf('/') + 1);
    }

    private static boolean looksAround(ElfFile elf) {
        return Stream.of(elf.rpath(), elf.runpath(), elf.needed())
                .flatMap(List::stream)
                .anyMatch(path -> path.contains("$ORIGIN") || path.contains("${ORIGIN}"));
    }
}
