package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.project.Project;
import dev.unipkg.cli.project.ProjectFolder;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.source.PackageSettings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg init`.
@Command(
        name = "init",
        description = {
            "Write a unipkg.yaml with comments for the project in a folder: Go, Rust, Node, Python, a static site or an"
                    + " ELF program.",
            "Never overwrites one. Prints the file; `pkg build` goes on from there."
        },
        footer = {"", "Examples:", "  pkg init", "  pkg init ./my-app"})
public final class Init implements Verb {

    @Parameters(arity = "0..1", paramLabel = "<folder>", description = "The project; by default this folder.")
    Path folder = Path.of(".");

    @Option(
            names = "--root",
            paramLabel = "<dir>",
            description = "The folder that has the interpreter and its library; / by default.")
    Path root = Path.of("/");

    @Override
    public int run(Session session) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw Failure.notFound("there is no folder " + folder);
        }
        Project project = Project.in(new ProjectFolder(folder, root))
                .orElseThrow(() -> Failure.failed(
                                "%s has no project that pkg knows; expected %s".formatted(folder, Project.KINDS))
                        .next("write %s by hand: its keys are in docs/reference/settings.md"
                                .formatted(PackageSettings.FILE_NAME)));
        Path file = folder.resolve(PackageSettings.FILE_NAME).normalize();
        try {
            Files.writeString(file, project.settings(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw Failure.refused("file-exists", file + " exists, and pkg init never overwrites one")
                    .next("edit it, or move it away first")
                    .causedBy(e);
        }
        session.messages().say("wrote %s for %s; look through it, then:".formatted(file, project.kind()));
        project.before().forEach(command -> session.messages().say("  " + command));
        session.messages().say("  pkg build " + folder);
        Json json = Json.object()
                .put("file", file.toString())
                .put("kind", project.kind())
                .put("before", Json.texts(project.before()))
                .build();
        session.out().print(json, file.toString());
        return 0;
    }
}
