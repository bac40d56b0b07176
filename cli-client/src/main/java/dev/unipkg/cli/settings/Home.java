package dev.unipkg.cli.settings;

import java.nio.file.Path;
import java.util.Map;

/// Where pkg keeps things: the shelf under the XDG data folder, settings under the XDG config folder (XDG Base
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
        Path user = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        return new Home(
                xdg(environment, "XDG_DATA_HOME", user.resolve(".local").resolve("share")),
                xdg(environment, "XDG_CONFIG_HOME", user.resolve(".config")));
    }

    // "All paths set in these environment variables must be absolute", others are to be ignored.
    private static Path xdg(Map<String, String> environment, String variable, Path otherwise) {
        String value = environment.getOrDefault(variable, "");
        Path base = value.isEmpty() || !Path.of(value).isAbsolute() ? otherwise : Path.of(value);
        return base.resolve("unipkg");
    }
}
