package dev.unipkg.cli.project;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A project of a kind that is known, and the settings that package it.
///
/// @param kind for people, as in `a Go program`
/// @param settings the whole `unipkg.yaml`
/// @param before commands to run before `pkg build`
public record Project(String kind, String settings, List<String> before) {

    /// The kinds, for the sentence that no kind fits.
    public static final String KINDS = "a Go module (go.mod), a Rust crate (Cargo.toml), a Node app (package.json),"
            + " a Python app (app.py, main.py, …), a static site (index.html) or an ELF program";

    private static final List<Look> LOOKS = List.of(
            GoModule::look, RustCrate::look, NodeApp::look, PythonApp::look, StaticSite::look, PlainProgram::look);

    public Project {
        before = List.copyOf(before);
    }

    /// Looks at a folder as one kind of project.
    @FunctionalInterface
    interface Look {
        Optional<Project> at(ProjectFolder folder) throws IOException;
    }

    /// The project in a folder, as the first kind that fits; empty where none does.
    public static Optional<Project> in(ProjectFolder folder) throws IOException {
        for (Look look : LOOKS) {
            Optional<Project> project = look.at(folder);
            if (project.isPresent()) {
                return project;
            }
        }
        return Optional.empty();
    }
}
