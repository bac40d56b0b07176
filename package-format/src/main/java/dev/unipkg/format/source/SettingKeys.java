package dev.unipkg.format.source;

import java.util.List;

/// The keys of a settings file, by the mapping they stand in. `docs/reference/unipkg.schema.json` says the same for
/// editors.
enum SettingKeys {
    /// The file itself.
    TOP(
            "name",
            "version",
            "description",
            "licenses",
            "source",
            "documentation",
            "readme",
            "program",
            "args",
            "env",
            "workdir",
            "user",
            "ports",
            "volumes",
            "files",
            "directories",
            "libraries",
            "kernel",
            "klibs",
            "memory",
            "cpus",
            "writable",
            "options",
            "readiness",
            "resume"),
    /// A value of `files` in its long form.
    FILE("from", "root", "text", "link", "without", "layer", "executable"),
    /// `kernel` in its long form.
    KERNEL("family", "versions"),
    /// `readiness`; `port` and `path` are how files named a port or a path before there were `tcp` and `http`.
    READINESS("http", "port", "tcp", "console", "path"),
    /// `resume` in its long form.
    RESUME("safe", "randomness", "clock");

    private final List<String> names;

    SettingKeys(String... names) {
        this.names = List.of(names);
    }

    List<String> names() {
        return names;
    }

    /// A sentence for a key that is none of these: the one that was probably meant, else all of them.
    String hint(String unknown) {
        return Spelling.nearest(unknown, names)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse("expected one of " + String.join(", ", names));
    }
}
