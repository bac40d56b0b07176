package dev.unipkg.format.source;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A program of this machine, with the libraries it needs and nothing else.
///
/// @param root the folder that is `/` for the program
/// @param program absolute in that root
public record ElfSource(Path root, String program) {

    /// Finds the program's libraries.
    ///
    /// @throws dev.unipkg.format.RefusedException when it is no ELF program, or a library is missing
    public BuildPlan plan(PackageName name, Version version) throws IOException {
        return new Gathering(PackageSettings.of(name, version, program), Optional.empty(), root).plan();
    }
}
