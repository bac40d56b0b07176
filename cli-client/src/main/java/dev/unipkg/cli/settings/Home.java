package dev.unipkg.cli.settings;

import dev.unipkg.cli.output.Failure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The folders of pkg: the shelf under the XDG data folder, settings under the XDG config folder (XDG Base
/// Directory Specification 0.8). `UNIPKG_HOME` puts both into one folder.
///
/// @param data the shelf
/// @param config the folder of the files `config` and `credentials`
public record Home(Path data, Path config) {

    /// Finds it from the environment of the process.
    public static Home of(Map<String, String> environment) {
        String home = environment.getOrDefault("UNIPKG_HOME", "");
        if (!home.isEmpty()) {
            return new Home(Path.of(home), Path.of(home));
        }
        return new Home(
                folder(environment, "XDG_DATA_HOME", ".local/share"),
                folder(environment, "XDG_CONFIG_HOME", ".config"));
    }

    private static Path folder(Map<String, String> environment, String variable, String inHome) {
        return absolute(environment.getOrDefault(variable, ""))
                .orElseGet(() -> user(environment).resolve(inHome))
                .resolve("unipkg");
    }

    /// The user's home folder. An empty or relative `HOME` counts as unset: the API key must never land in the folder
    /// where pkg happens to be started.
    private static Path user(Map<String, String> environment) {
        return absolute(environment.getOrDefault("HOME", ""))
                .or(() -> absolute(System.getProperty("user.home", "")))
                .orElseThrow(
                        () -> Failure.failed("there is no home folder: HOME is not set to an absolute path, and the"
                                        + " user's entry in /etc/passwd names none")
                                .next("set HOME, or UNIPKG_HOME to a folder for what pkg keeps"));
    }

    /// The path, where it is absolute: "All paths set in these environment variables must be absolute", and others are
    /// ignored, says the specification.
    private static Optional<Path> absolute(String path) {
        return path.startsWith("/") ? Optional.of(Path.of(path)) : Optional.empty();
    }
}
