package dev.unipkg.cli.project;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A folder with a Python program: the folder, and the root's Python with its standard library.
final class PythonApp {

    private static final List<String> MAINS = List.of("app.py", "main.py", "server.py", "serve.py", "__main__.py");
    private static final String REQUIREMENTS = "requirements.txt";
    private static final Pattern VERSION = Pattern.compile("/python(3\\.[0-9]+)$");
    private static final Pattern PORT = Pattern.compile(
            "(?i)(?:\\(\\(?\\s*[\"'][0-9a-z.:]*[\"']\\s*,\\s*|\\bport\\s*=\\s*|[\"']PORT[\"']\\s*,\\s*[\"']?)"
                    + "([1-9][0-9]{1,4})\\b");

    private PythonApp() {}

    static Optional<Project> look(ProjectFolder folder) throws IOException {
        List<String> sources = folder.files(".py");
        Optional<String> main = MAINS.stream()
                .filter(sources::contains)
                .findFirst()
                .or(() -> sources.size() == 1 ? Optional.of(sources.getFirst()) : Optional.empty());
        return main.isEmpty() ? Optional.empty() : Optional.of(project(folder, main.get()));
    }

    private static Project project(ProjectFolder folder, String main) throws IOException {
        String python = folder.inRoot("/usr/bin/python3").orElse("/usr/bin/python3.11");
        Matcher version = VERSION.matcher(python);
        String library = "/usr/lib/python" + (version.find() ? version.group(1) : "3");
        boolean requires = folder.has(REQUIREMENTS);
        SettingsText text = SettingsText.of(
                        "a Python app", folder.packageName(Optional.empty()), "1.0.0", Optional.empty())
                .program(python, List.of(SettingsText.quoted("/app/" + main)))
                .comment("Output at once, and no attempt to keep compiled modules in a machine that forgets them.")
                .lines("env: {PYTHONUNBUFFERED: \"1\", PYTHONDONTWRITEBYTECODE: \"1\""
                        + (requires ? ", PYTHONPATH: /app/vendor}" : "}"))
                .lines("workdir: /app")
                .comment("Paths in the package, and what goes there: this folder, and Python's standard library.")
                .lines("files:\n  /app: {from: ., without: "
                        + SecretFiles.without(".git", ".venv", "venv", "__pycache__") + "}")
                .lines("  %s: {root: %s, without: [test, tests, idlelib, lib2to3, __pycache__]}"
                        .formatted(library, library))
                .lines("directories: [/tmp]")
                .port(folder.find(main, PORT))
                .memory("512 MiB");
        List<String> before = new ArrayList<>();
        if (!folder.rootHas("/usr/bin/python3")) {
            before.add("apt-get install python3   (or name a root that has it with --root)");
        }
        if (requires && !folder.has("vendor")) {
            before.add("pip install --target vendor -r " + REQUIREMENTS);
        }
        return new Project("a Python app", text.toString(), before);
    }
}
