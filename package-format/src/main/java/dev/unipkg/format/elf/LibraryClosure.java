package dev.unipkg.format.elf;

import java.nio.file.Path;
import java.util.List;

/// Everything a program needs from its root before its first instruction runs, and what of it is not there.
///
/// @param program the program itself
/// @param libraries the dynamic linker and the libraries, each once, in the order the linker would load them
/// @param missing libraries that are needed and were found nowhere
public record LibraryClosure(ElfFile program, List<Library> libraries, List<Missing> missing) {

    public LibraryClosure {
        libraries = List.copyOf(libraries);
        missing = List.copyOf(missing);
    }

    /// One file that must be there.
    ///
    /// @param name what asked for it called it: `libc.so.6`, or the interpreter's path
    /// @param path where the program must find it: an absolute path inside the package
    /// @param file where its bytes are on this machine
    public record Library(String name, String path, Path file) {}

    /// A library that was found nowhere.
    ///
    /// @param name what was asked for
    /// @param neededBy the program or library that asked
    /// @param searched the directories that were looked at, in order
    public record Missing(String name, String neededBy, List<String> searched) {

        public Missing {
            searched = List.copyOf(searched);
        }

        @Override
        public String toString() {
            return name + " (needed by " + neededBy + "; looked in " + String.join(", ", searched) + ")";
        }
    }
}
