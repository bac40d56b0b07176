package dev.unipkg.journeys;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// `pkg run` until it answers, and Ctrl-C.
///
/// @param folder where the consoles go
record RunningPackage(PkgCommand pkg, Path folder) {

    /// The word of pkg for a guest that has booted.
    static final Pattern READY = Pattern.compile(" is ready after ");

    /// Boots the package, waits for its answer, and stops it as Ctrl-C does.
    ///
    /// @param answer what the answer contains
    /// @param more further arguments
    /// @return the exit code
    int answersAndStops(String name, String kernel, String answer, String... more) throws Exception {
        try (AnsweringPackage running = AnsweringPackage.start(pkg, folder, name, kernel, more)) {
            return running.says(READY).answers(answer).stopped();
        }
    }
}
