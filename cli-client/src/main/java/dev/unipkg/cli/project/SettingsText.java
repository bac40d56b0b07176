package dev.unipkg.cli.project;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes a `unipkg.yaml` for people: each setting with a comment above it. Texts from a project are quoted, so that
/// they stay texts whatever they hold.
final class SettingsText {

    private final List<String> lines = new ArrayList<>();

    private SettingsText() {}

    static SettingsText of(String kind, String name, String version, Optional<String> description) {
        SettingsText text = new SettingsText();
        text.lines.add("# " + kind + ", written by pkg init. Next: pkg build, pkg push, pkg run.");
        text.comment("namespace/name; without a namespace, library. A published version never changes: count up.");
        text.lines.add("name: " + name);
        text.lines.add("version: " + quoted(version));
        text.lines.add("description: " + quoted(description.orElse(kind)));
        return text;
    }

    SettingsText program(String path, List<String> arguments) {
        comment("The program that the machine starts, by its path in the package.");
        lines.add("program: " + path);
        lines.add("args: [" + String.join(", ", arguments) + "]");
        return this;
    }

    SettingsText comment(String text) {
        lines.add("");
        lines.add("# " + text);
        return this;
    }

    /// Lines as they are.
    SettingsText lines(String text) {
        lines.addAll(text.stripTrailing().lines().toList());
        return this;
    }

    /// The port that the program listens on, and with it the readiness probe; where it is not known, the lines to
    /// complete.
    SettingsText port(Optional<String> port) {
        if (port.isPresent()) {
            comment("The port that it listens on, as its source says.");
            lines.add("ports: [" + port.get() + "]");
            comment("It is ready when this port accepts connections.");
            lines.add("readiness: {tcp: " + port.get() + "}");
        } else {
            comment(
                    "The port that it listens on, and the sign that it is ready. Complete these if it serves anything.");
            lines.add("# ports: [8080]");
            lines.add("# readiness: {tcp: 8080}");
        }
        return this;
    }

    SettingsText memory(String size) {
        comment("The least memory of its machine.");
        lines.add("memory: " + size);
        return this;
    }

    /// A scalar in single quotes (YAML 1.2, 7.3.2), on one line.
    static String quoted(String text) {
        return "'" + text.replaceAll("\\p{Cntrl}+", " ").strip().replace("'", "''") + "'";
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
