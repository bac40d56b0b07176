package dev.unipkg.cli.project;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A folder with a `package.json`: the folder with its modules, and the root's Node that runs it.
final class NodeApp {

    private static final String MANIFEST = "package.json";
    private static final Pattern START = Pattern.compile("node\\s+(\\S+)");
    private static final Pattern PORT =
            Pattern.compile("(?:listen\\(|PORT\\s*(?:\\|\\||\\?\\?)\\s*|\\bport\\s*[=:]\\s*)([1-9][0-9]{1,4})\\b");

    /// Debian's Node keeps some of its built-in modules there.
    private static final String DEBIANS_MODULES = "/usr/share/nodejs";

    private NodeApp() {}

    static Optional<Project> look(ProjectFolder folder) throws IOException {
        if (!folder.has(MANIFEST)) {
            return Optional.empty();
        }
        Map<String, Json> manifest = manifest(folder);
        String main = main(manifest, folder);
        SettingsText text = SettingsText.of(
                        "a Node app",
                        folder.packageName(text(manifest, "name")),
                        ProjectFolder.version(text(manifest, "version")),
                        text(manifest, "description"))
                .program("/usr/bin/node", List.of(SettingsText.quoted(main)))
                .lines("env: {NODE_ENV: production}")
                .comment("The working directory, which has the app.")
                .lines("workdir: /app")
                .comment("Paths in the package, and what goes there: this folder, and what Node reads at its start.")
                .lines("files:\n  /app: {from: ., without: " + SecretFiles.without(".git") + "}");
        if (folder.rootHas(DEBIANS_MODULES + "/cjs-module-lexer")) {
            text.lines("  " + DEBIANS_MODULES + ": {root: " + DEBIANS_MODULES + "}");
        }
        text.lines("directories: [/tmp]").port(folder.find(main, PORT)).memory("512 MiB");
        List<String> before = new ArrayList<>();
        if (!folder.rootHas("/usr/bin/node")) {
            before.add("apt-get install nodejs   (or name a root that has it with --root)");
        }
        if (manifest.containsKey("dependencies") && !folder.has("node_modules")) {
            before.add(folder.has("package-lock.json") ? "npm ci --omit=dev" : "npm install --omit=dev");
        }
        return Optional.of(new Project("a Node app", text.toString(), before));
    }

    private static String main(Map<String, Json> manifest, ProjectFolder folder) {
        Optional<String> start = manifest.get("scripts") instanceof Json.Obj scripts
                ? text(scripts.members(), "start")
                        .map(START::matcher)
                        .filter(Matcher::find)
                        .map(found -> found.group(1))
                : Optional.empty();
        return start.or(() -> text(manifest, "main"))
                .filter(folder::has)
                .or(() -> folder.first("server.js", "app.js", "index.js", "index.mjs"))
                .orElse("index.js");
    }

    private static Map<String, Json> manifest(ProjectFolder folder) throws IOException {
        try {
            byte[] bytes = folder.text(MANIFEST).getBytes(StandardCharsets.UTF_8);
            return Json.parse(bytes, JsonLimits.DEFAULT) instanceof Json.Obj manifest ? manifest.members() : Map.of();
        } catch (RefusedException e) {
            // Node would not start it either; the settings are right all the same once it is mended.
            return Map.of();
        }
    }

    private static Optional<String> text(Map<String, Json> members, String key) {
        return members.get(key) instanceof Json.Text(String text) && !text.isBlank()
                ? Optional.of(text)
                : Optional.empty();
    }
}
