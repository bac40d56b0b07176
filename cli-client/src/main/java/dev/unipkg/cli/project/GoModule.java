package dev.unipkg.cli.project;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A folder with a `go.mod`: its program, linked statically, and the folders that Go programs read beside it.
final class GoModule {

    private static final Pattern MODULE = Pattern.compile("(?m)^module\\s+(\\S+)");
    private static final Pattern PORT = Pattern.compile("\":([1-9][0-9]{1,4})\"");
    private static final List<String> READ_AT_RUN_TIME = List.of("static", "public", "templates", "assets");

    private GoModule() {}

    static Optional<Project> look(ProjectFolder folder) throws IOException {
        if (!folder.has("go.mod")) {
            return Optional.empty();
        }
        String name = folder.packageName(folder.find("go.mod", MODULE));
        String source = folder.has("main.go") || !folder.has("cmd/" + name) ? "." : "./cmd/" + name;
        SettingsText text = SettingsText.of("a Go program", name, "1.0.0", Optional.empty())
                .program("/bin/" + name, List.of())
                .comment("Paths in the package, and the files beside this one that go there.")
                .lines("files:\n  /bin/" + name + ": " + name);
        List<String> folders = READ_AT_RUN_TIME.stream().filter(folder::has).toList();
        folders.forEach(read ->
                text.lines("  /srv/" + read + ": {from: " + read + ", without: " + SecretFiles.without() + "}"));
        if (!folders.isEmpty()) {
            text.comment("The working directory, as the program opens " + folders.getFirst() + " relative to it.")
                    .lines("workdir: /srv");
        }
        text.port(port(folder)).memory("128 MiB");
        return Optional.of(new Project(
                "a Go program", text.toString(), List.of("CGO_ENABLED=0 go build -o " + name + " " + source)));
    }

    private static Optional<String> port(ProjectFolder folder) throws IOException {
        for (String file : folder.files(".go")) {
            Optional<String> port = folder.find(file, PORT);
            if (port.isPresent()) {
                return port;
            }
        }
        return Optional.empty();
    }
}
