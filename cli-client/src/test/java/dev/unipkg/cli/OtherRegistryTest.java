package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// pkg with CNCF distribution, Debian's docker-registry, which knows nothing of packages.
class OtherRegistryTest {

    private static final Path REGISTRY = Path.of("/usr/bin/docker-registry");

    /// The user `me` with the password `secret`, hashed by bcrypt.
    private static final String USERS = "me:$2b$04$VUhu.Mtz1FxBTmMamn086e0glyjK7TtWUzKa0axTaC4f1pEH53hoy\n";

    private static final Pattern LISTENS = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)");

    @TempDir
    Path temp;

    private @Nullable Process registry;
    private PkgCommand pkg;
    private String address = "";

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                Files.isExecutable(REGISTRY),
                "docker-registry is not installed; on Debian: apt-get install docker-registry");
        Path users = Files.writeString(temp.resolve("users"), USERS);
        Path settings = Files.writeString(temp.resolve("settings.yml"), """
                version: 0.1
                log: {level: info, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:0", secret: test}
                auth: {htpasswd: {realm: tests, path: %s}}
                """.formatted(temp.resolve("data"), users));
        Process process = new ProcessBuilder(REGISTRY.toString(), "serve", settings.toString())
                .redirectErrorStream(true)
                .start();
        registry = process;
        address = address(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
        pkg = PkgCommand.at(temp.resolve("home"), "http://" + address);
    }

    private static String address(BufferedReader log) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher listens = LISTENS.matcher(line);
            if (listens.find()) {
                Thread.ofVirtual().start(() -> log.lines().forEach(_ -> {}));
                return listens.group(1);
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("docker-registry did not start: " + said);
    }

    @AfterEach
    void stop() {
        if (registry != null) {
            registry.destroyForcibly();
        }
    }

    @Test
    void packagesArePushedAndGotWithPkgsLogin() throws IOException {
        assertThat(pkg.input("secret\n")
                        .run("login", "--user", "me", "--key-stdin")
                        .exit())
                .isZero();
        requirePushAndGet(pkg);
    }

    @Test
    void packagesArePushedAndGotWithDockersLogin() throws IOException {
        PkgCommand docker = pkg.with(
                "DOCKER_CONFIG", logins("docker/config.json").resolveSibling("").toString());
        requirePushAndGet(docker);
    }

    @Test
    void packagesArePushedAndGotWithPodmansLogin() throws IOException {
        PkgCommand podman =
                pkg.with("REGISTRY_AUTH_FILE", logins("podman/auth.json").toString());
        requirePushAndGet(podman);
    }

    @Test
    void withoutALoginNothingIsGotAndTheNextStepIsTold() {
        Result result = pkg.run("get", "acme/tool");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).contains("log in with: pkg login");
    }

    @Test
    void verbsThatNeedOurApiSaySo() throws IOException {
        PkgCommand me =
                pkg.with("REGISTRY_AUTH_FILE", logins("podman/auth.json").toString());
        for (String[] verb : new String[][] {
            {"search", "tool"}, {"list"}, {"kernel", "list"}, {"kernel", "list", "linux"}, {"info", "acme/tool"}
        }) {
            Result result = me.run(verb);

            assertThat(result.exit()).as(result.err()).isEqualTo(3);
            assertThat(result.err()).contains("has no catalog; it may be a registry of another kind");
        }
        for (String[] verb : new String[][] {
            {"namespace", "list"},
            {"namespace", "create", "acme"},
            {"key", "list"},
            {"key", "create", "acme"},
            {"key", "revoke", "7"}
        }) {
            Result result = me.run(verb);

            assertThat(result.exit()).as(result.err()).isEqualTo(3);
            assertThat(result.err()).contains("has no accounts; it may be a registry of another kind");
        }
    }

    private void requirePushAndGet(PkgCommand me) throws IOException {
        for (String version : new String[] {"1.0", "1.1"}) {
            Path layout = new SampleVersion(version, 1000, Arch.X86_64, Arch.ARM64).layout(temp.resolve(version));
            Result pushed = me.run("push", "acme/tool:" + version, "--layout", layout.toString());
            assertThat(pushed.exit()).as(pushed.err()).isZero();
        }
        PkgCommand fresh = new PkgCommand(temp.resolve("fresh"), with(me.environment(), temp.resolve("fresh")), "");
        Result versions = fresh.run("versions", "acme/tool");
        assertThat(versions.out()).as(versions.err()).contains("1.0", "1.1");
        Result got = fresh.run("get", address + "/acme/tool", "--arch", "arm64");
        assertThat(got.exit()).as(got.err()).isZero();
        SampleVersion newest = new SampleVersion("1.1", 1000, Arch.X86_64, Arch.ARM64);
        assertThat(got.out()).isEqualTo(newest.digest() + "\n");
        Result contents = fresh.run("contents", "acme/tool:1.0", "--arch", "x86_64");
        assertThat(contents.exit()).as(contents.err()).isZero();
    }

    /// The environment with another home, and pkg's own credentials taken along.
    private static Map<String, String> with(Map<String, String> environment, Path home) throws IOException {
        Path credentials = Path.of(environment.getOrDefault("UNIPKG_HOME", "")).resolve("credentials");
        Files.createDirectories(home);
        if (Files.exists(credentials)) {
            Files.copy(credentials, home.resolve("credentials"), COPY_ATTRIBUTES);
        }
        Map<String, String> changed = new HashMap<>(environment);
        changed.put("UNIPKG_HOME", home.toString());
        return changed;
    }

    private Path logins(String name) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        String auth = Base64.getEncoder().encodeToString("me:secret".getBytes(UTF_8));
        return Files.writeString(file, "{\"auths\":{\"" + address + "\":{\"auth\":\"" + auth + "\"}}}");
    }
}
