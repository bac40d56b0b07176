package dev.unipkg.cli.project;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A folder with a `Cargo.toml`: the program of its package, as cargo builds it for release.
final class RustCrate {

    private static final String MANIFEST = "Cargo.toml";
    private static final Pattern NAME = key("name");
    private static final Pattern VERSION = key("version");
    private static final Pattern DESCRIPTION = key("description");
    private static final Pattern PORT =
            Pattern.compile("(?:\"[0-9.:\\[\\]]*:|\\], ?|\\), ?|SocketAddr.*, ?)([1-9][0-9]{1,4})[\")]");

    private RustCrate() {}

    static Optional<Project> look(ProjectFolder folder) throws IOException {
        Optional<String> crate = folder.find(MANIFEST, NAME);
        if (crate.isEmpty()) {
            return Optional.empty();
        }
        String name = folder.packageName(crate);
        SettingsText text = SettingsText.of(
                        "a Rust program",
                        name,
                        ProjectFolder.version(folder.find(MANIFEST, VERSION)),
                        folder.find(MANIFEST, DESCRIPTION))
                .program("/bin/" + name, List.of())
                .comment("Paths in the package, and the files beside this one that go there.")
                .lines("files:\n  /bin/" + name + ": " + SettingsText.quoted("target/release/" + crate.get()))
                .port(folder.find("src/main.rs", PORT))
                .memory("128 MiB");
        return Optional.of(new Project("a Rust program", text.toString(), List.of("cargo build --release")));
    }

    /// A key of the section `[package]`.
    private static Pattern key(String key) {
        return Pattern.compile("(?ms)^\\[package\\](?:(?!^\\[).)*?^" + key + "\\s*=\\s*\"([^\"\\n]+)\"");
    }
}
