package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitTest {

    @TempDir
    Path temp;

    private Path project;
    private Path root;
    private PkgCommand pkg;

    @BeforeEach
    void aProjectAndARoot() throws IOException {
        project = Files.createDirectories(temp.resolve("My_App"));
        root = Files.createDirectories(temp.resolve("root"));
        pkg = PkgCommand.at(temp.resolve("home"), "http://127.0.0.1:1");
    }

    @Test
    void aGoModuleIsItsStaticProgramWithTheFoldersItReads() throws IOException {
        write("go.mod", "module example.org/me/hello\n\ngo 1.24\n");
        write("main.go", "package main\nfunc main() { http.ListenAndServe(\":9000\", nil) }\n");
        write("templates/page.html", "<p>");

        Result result = init();

        assertThat(result.err()).contains("for a Go program", "CGO_ENABLED=0 go build -o hello .", "pkg build ");
        assertThat(settings())
                .contains("name: hello\n", "program: /bin/hello\n", "  /bin/hello: hello\n")
                .contains("  /srv/templates: {from: templates, without: [", "workdir: /srv\n")
                .contains("ports: [9000]\n", "readiness: {tcp: 9000}\n");
        elf(project.resolve("hello"));
        assertBuilds("library/hello", "1.0.0");
    }

    @Test
    void aRustCrateIsTheProgramThatCargoBuildsForRelease() throws IOException {
        write(
                "Cargo.toml",
                "[workspace]\n\n[package]\nname = \"my_tool\"\nversion = \"0.3.1\"\n[dependencies]\na = \"1\"\n");
        write("src/main.rs", "fn main() { let l = TcpListener::bind(\"0.0.0.0:7878\").unwrap(); }\n");

        assertThat(init().err()).contains("for a Rust program", "cargo build --release");

        assertThat(settings())
                .contains("name: my-tool\n", "version: '0.3.1'\n", "  /bin/my-tool: 'target/release/my_tool'\n")
                .contains("ports: [7878]\n");
        elf(project.resolve("target/release/my_tool"));
        assertBuilds("library/my-tool", "0.3.1");
    }

    @Test
    void aNodeAppIsItsFolderWithTheRootsNode() throws IOException {
        write("package.json", """
                {"name": "@me/site", "version": "2.1.0", "description": "it's a site",
                 "scripts": {"start": "node web.js"}, "dependencies": {"express": "^5"}}
                """);
        write("web.js", "app.listen(3000)\n");
        elf(root.resolve("usr/bin/node"));
        Files.createDirectories(root.resolve("usr/share/nodejs/cjs-module-lexer"));

        assertThat(init().err()).contains("for a Node app", "npm install --omit=dev");

        assertThat(settings())
                .contains("name: site\n", "version: '2.1.0'\n", "description: 'it''s a site'\n", "args: ['web.js']\n")
                .contains("  /usr/share/nodejs: {root: /usr/share/nodejs}\n", "ports: [3000]\n");
        assertBuilds("library/site", "2.1.0");
        assertThat(pkg.run("contents", "site:2.1.0", "--offline").out())
                .contains("app/web.js")
                .doesNotContain("unipkg.yaml");
    }

    @Test
    void aPythonAppIsItsFolderWithTheRootsPythonAndItsLibrary() throws IOException {
        write("app.py", "HTTPServer((\"\", 8000), Hello).serve_forever()\n");
        write("requirements.txt", "flask\n");
        elf(root.resolve("usr/bin/python3.12"));
        Files.createSymbolicLink(root.resolve("usr/bin/python3"), Path.of("python3.12"));
        Files.createDirectories(root.resolve("usr/lib/python3.12/encodings"));
        Files.writeString(root.resolve("usr/lib/python3.12/encodings/__init__.py"), "");

        assertThat(init().err()).contains("for a Python app", "pip install --target vendor -r requirements.txt");

        assertThat(settings())
                .contains("name: my-app\n", "program: /usr/bin/python3.12\n", "args: ['/app/app.py']\n")
                .contains("  /usr/lib/python3.12: {root: /usr/lib/python3.12,", "PYTHONPATH: /app/vendor}")
                .contains("ports: [8000]\n");
        Result built = assertBuilds("library/my-app", "1.0.0");
        assertThat(built.err()).doesNotContain("note:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.html", "public/index.html", "dist/index.html"})
    void aStaticSiteIsItsPagesWithTheRootsNginx(String page) throws IOException {
        write(page, "<title>Hello</title>");
        elf(root.resolve("usr/sbin/nginx"));
        Files.createDirectories(root.resolve("etc/nginx"));
        Files.writeString(root.resolve("etc/nginx/mime.types"), "types {}\n");

        assertThat(init().err()).contains("for a static site");

        assertThat(settings()).contains("program: /usr/sbin/nginx\n", "ports: [80]\n", "      listen 80;\n");
        assertBuilds("library/my-app", "1.0.0");
        assertThat(pkg.run("contents", "my-app:1.0.0", "--offline").out()).contains("srv/www/index.html");
    }

    @Test
    void anElfProgramIsPackagedAsItIs() throws IOException {
        elf(project.resolve("serve it"));

        assertThat(init().err()).contains("for a program");

        assertThat(settings())
                .contains("program: /bin/serve-it\n", "  /bin/serve-it: 'serve it'\n", "# ports: [8080]\n");
        assertBuilds("library/serve-it", "1.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"package.json", "app.py", "index.html", "public/index.html"})
    void filesWithSecretsOfAnyProjectStayOutOfThePackage(String project) throws IOException {
        write(project, "{}");
        for (String program : List.of("usr/bin/node", "usr/bin/python3", "usr/sbin/nginx")) {
            elf(root.resolve(program));
        }
        for (String there : List.of("usr/lib/python3/os.py", "etc/nginx/mime.types")) {
            Files.createDirectories(root.resolve(there).getParent());
            Files.writeString(root.resolve(there), "");
        }
        String folder = project.contains("/") ? "public/" : "";
        for (String secret : List.of(".env", ".env.local", "deep/.npmrc", ".htpasswd", ".pypirc", ".netrc", ".envrc")) {
            write(folder + secret, "s3cret");
        }
        write(folder + ".ssh/id_ed25519", "s3cret");
        write(folder + ".aws/credentials", "s3cret");
        write(folder + "kept.txt", "x");

        init();

        Result built = pkg.run("build", this.project.toString(), "--root", root.toString(), "-t", "acme/app:1.0.0");
        assertThat(built.exit()).as(built.err()).isZero();
        assertThat(built.err()).doesNotContain("secrets");
        assertThat(pkg.run("contents", "acme/app:1.0.0", "--offline").out())
                .contains("kept.txt")
                .doesNotContain(".env", ".npmrc", ".htpasswd", ".pypirc", ".netrc", ".ssh", ".aws", "id_ed");
    }

    @Test
    void secretsInAPackageAreNotedInOneLine() throws IOException {
        elf(project.resolve("tool"));
        write("unipkg.yaml", """
                name: acme/tool
                version: 1.0.0
                program: /bin/tool
                files: {/bin/tool: tool, /srv: {from: srv}}
                """);
        write("srv/.env.production", "s3cret");
        write("srv/.env.example", "KEY=");

        Result built = pkg.run("build", project.toString(), "--root", root.toString());

        assertThat(built.exit()).as(built.err()).isZero();
        assertThat(built.err().lines().filter(line -> line.contains("secrets")))
                .singleElement()
                .asString()
                .startsWith("note: the package has /srv/.env.production, where secrets");
    }

    @Test
    void aFolderWithoutAProjectIsToldWhatWasExpected() throws IOException {
        write("notes.txt", "x");

        Result result = pkg.run("init", project.toString(), "--root", root.toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("a Go module (go.mod)", "docs/reference/settings.md");
        assertThat(project.resolve("unipkg.yaml")).doesNotExist();
    }

    @Test
    void settingsThatExistAreNeverOverwritten() throws IOException {
        write("go.mod", "module hello\n");
        write("unipkg.yaml", "mine");

        Result result = pkg.run("init", project.toString());

        assertThat(result).isEqualTo(new Result(4, "", """
                        pkg: %s/unipkg.yaml exists, and pkg init never overwrites one
                          next: edit it, or move it away first
                        """.formatted(project)));
        assertThat(settings()).isEqualTo("mine");
        Files.delete(project.resolve("unipkg.yaml"));
        Files.createSymbolicLink(project.resolve("unipkg.yaml"), temp.resolve("elsewhere"));
        assertThat(pkg.run("init", project.toString()).exit()).isEqualTo(4);
        assertThat(temp.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void textsOfAProjectStayTexts() throws IOException {
        write("package.json", """
                {"name": "../../etc", "version": "not one", "description": "a\\nprogram: /bin/evil # ' \\" {",
                 "main": "a'b: c.js"}
                """);
        write("a'b: c.js", "");
        elf(root.resolve("usr/bin/node"));

        init();

        assertThat(settings()).contains("name: etc\n", "version: '1.0.0'\n", "args: ['a''b: c.js']\n");
        assertThat(assertBuilds("library/etc", "1.0.0").exit()).isZero();
    }

    private Result init() {
        Result result = pkg.run("init", project.toString(), "--root", root.toString());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo(project + "/unipkg.yaml\n");
        return result;
    }

    private Result assertBuilds(String name, String version) {
        Result built = pkg.run("build", project.toString(), "--root", root.toString());
        assertThat(built.exit()).as(built.err()).isZero();
        assertThat(built.err()).contains("built " + name + ":" + version + " (x86_64), ");
        return built;
    }

    private String settings() throws IOException {
        return Files.readString(project.resolve("unipkg.yaml"));
    }

    private void write(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /// A static ELF program for x86_64 that is one segment.
    private static void elf(Path file) throws IOException {
        byte[] bytes = ByteBuffer.allocate(128)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .putShort(16, (short) 2)
                .putShort(18, (short) 62)
                .putInt(20, 1)
                .putLong(32, 64)
                .putShort(54, (short) 56)
                .putShort(56, (short) 1)
                .putInt(64, 1)
                .putLong(64 + 32, 128)
                .array();
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
