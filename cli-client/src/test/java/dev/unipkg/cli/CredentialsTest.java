package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.FakeRegistry.Fault;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final String ME = "{\"anonymous\":false,\"administrator\":false,\"namespaces\":[\"acme\"]}";
    private static final String NOBODY = "{\"anonymous\":true,\"administrator\":false,\"namespaces\":[]}";

    @TempDir
    Path temp;

    private FakeRegistry registry;
    private FakeRegistry elsewhere;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        elsewhere = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
        registry.answers.put("/api/v1/whoami", ME);
    }

    @AfterEach
    void stop() {
        registry.close();
        elsewhere.close();
    }

    @Test
    void aKeyIsKeptForItsOwnerOnly() throws IOException {
        Result result = login("upk_secret");

        assertThat(result).isEqualTo(new Result(0, "acme\n", "logged in to " + registry.url() + "\n"));
        Path file = temp.resolve("home").resolve("credentials");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(registry.seen.getLast().header("Authorization")).contains("Bearer upk_secret");
    }

    @Test
    void aKeyThatIsNotAcceptedIsNotKept() throws IOException {
        registry.answers.put("/api/v1/whoami", NOBODY);
        Result result = login("upk_wrong");

        assertThat(result).isEqualTo(new Result(4, "", """
            pkg: %s does not accept this key
              next: check the key, and that it is for this registry
            """.formatted(registry.url())));
        assertThat(temp.resolve("home").resolve("credentials")).doesNotExist();
    }

    @Test
    void aKeyThatTheRegistryDoesNotKnowIsSaidToBeWrong() {
        registry.faults.put("/api/v1/whoami", new Fault.Status(401, """
            {"type":"https://unipkg.dev/refusals/invalid-credentials","title":"No","status":401,
             "detail":"the API key is unknown, expired or revoked"}\
            """, new int[] {1}));

        assertThat(login("upk_wrong")).isEqualTo(new Result(4, "", """
            pkg: %s does not accept this key: the API key is unknown, expired or revoked
              next: check the key, and that it is for this registry
            """.formatted(registry.url())));
        assertThat(temp.resolve("home").resolve("credentials")).doesNotExist();
    }

    @Test
    void aLoginThatTheRegistryCannotAnswerIsToldAsOne() {
        registry.faults.put("/api/v1/whoami", new Fault.Status(500, "{}", new int[] {1000}));

        assertThat(login("upk_secret")).isEqualTo(new Result(5, "", """
            %1$s answered with HTTP status 500; trying again
            pkg: login: %1$s answered with HTTP status 500
            """.formatted(registry.url())));
    }

    @Test
    void aKeyThatIsNotAcceptedTakesNoOtherKeysPlace() throws IOException {
        login("upk_secret");
        Path file = temp.resolve("home").resolve("credentials");
        String before = Files.readString(file);
        registry.faults.put(
                "/api/v1/whoami", new Fault.Meanwhile(() -> assertThat(file).hasContent(before)));
        registry.answers.put("/api/v1/whoami", NOBODY);

        assertThat(login("upk_wrong").exit()).isEqualTo(4);
        assertThat(file).hasContent(before);
        assertThat(registry.seen.getLast().header("Authorization")).contains("Bearer upk_wrong");
    }

    @Test
    void aUserNameThatWouldBeReadAsMoreThanOneIsAUsageError() {
        for (String user : new String[] {"a b", "a:b", "a\nb", ""}) {
            Result result = pkg.input("secret\n").run("login", "--key-stdin", "--user", user);

            assertThat(result).isEqualTo(new Result(2, "", """
                pkg: that is no user's name: it is empty or has white space or a colon in it
                """));
        }
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void aKeyIsNeverTakenFromTheArguments() {
        Result result = pkg.run("login", "upk_secret");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void credentialsThatOthersMayReadAreNotUsed() throws IOException {
        login("upk_secret");
        Path file = temp.resolve("home").resolve("credentials");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Result result = push();

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).startsWith("pkg: others may read " + file + " (rw-r--r--, expected rw-------)\n");
    }

    @Test
    void aPublicPackageIsReadAsAStranger() throws IOException {
        login("upk_secret");
        registry.seen.clear();
        version().publish(registry, "acme/tool", "1.0");
        assertThat(pkg.run("get", "acme/tool:1.0", "--arch", "x86_64").exit()).isZero();

        assertThat(registry.seen)
                .isNotEmpty()
                .allMatch(request -> request.header("Authorization").isEmpty());
    }

    @Test
    void aPrivatePackageIsReadWithTheKeyWhenTheRegistryDemandsIt() throws IOException {
        login("upk_secret");
        registry.keyForReads = Optional.of("upk_secret");
        version().publish(registry, "acme/tool", "1.0");
        Result result = pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(result.exit()).as(result.err()).isZero();
    }

    @Test
    void aRedirectToAnotherHostGoesThereWithoutTheKey() throws IOException {
        login("upk_secret");
        registry.keyForReads = Optional.of("upk_secret");
        SampleVersion version = version();
        version.publish(registry, "acme/tool", "1.0");
        version.publish(elsewhere, "acme/tool", "1.0");
        String path = "/v2/acme/tool/blobs/" + version.layers.getFirst().digest();
        registry.faults.put(path, new Fault.Redirect(otherHost() + path));
        Result result = pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(elsewhere.seen).hasSize(1);
        assertThat(elsewhere.seen.getFirst().headers()).doesNotContainKey("Authorization");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/acme/tool/manifests/1.0", "/api/v1/packages/acme/tool"})
    void aRedirectToAnotherHostOfWhatIsNoBlobIsNotFollowed(String path) throws IOException {
        version().publish(registry, "acme/tool", "1.0");
        version().publish(elsewhere, "acme/tool", "1.0");
        registry.faults.put(path, new Fault.Redirect(otherHost() + path));
        Result result = pkg.run(path.startsWith("/v2/") ? "get" : "info", "acme/tool:1.0");

        assertThat(result)
                .isEqualTo(new Result(
                        4,
                        "",
                        "pkg: %s redirects to %s, which is another host\n"
                                .formatted(registry.url() + path, otherHost())));
        assertThat(elsewhere.seen).isEmpty();
    }

    @Test
    void aSessionAtAnotherHostGetsNoBytes() throws IOException {
        String session = otherHost() + "/v2/acme/tool/blobs/uploads/u1";
        registry.faults.put("session", new Fault.Redirect(session));

        assertThat(push())
                .isEqualTo(new Result(
                        4,
                        "",
                        "pkg: %s wants uploads at %s, which is another host\n".formatted(registry.url(), session)));
        assertThat(elsewhere.seen).isEmpty();
    }

    /// The other registry under the name of another host.
    private String otherHost() {
        return elsewhere.url().replace("127.0.0.1", "localhost");
    }

    @Test
    void aKeyForOneRegistryIsNotSentToAnother() throws IOException {
        login("upk_secret");
        elsewhere.key = Optional.of("upk_secret");
        Path layout = version().layout(temp.resolve("layout"));
        Result result = pkg.run("push", elsewhere.authority() + "/acme/tool:1.0", "--layout", layout.toString());

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).endsWith("  next: log in with: pkg login --registry " + elsewhere.url() + "\n");
        assertThat(elsewhere.seen)
                .isNotEmpty()
                .allMatch(request -> request.header("Authorization").isEmpty());
    }

    @Test
    void aRegistryCannotUseTheKeyForAnotherByASessionThere() throws IOException {
        login("upk_secret");
        elsewhere.answers.put("/api/v1/whoami", ME);
        Result both =
                pkg.with("PKG_REGISTRY", elsewhere.url()).input("upk_other\n").run("login", "--key-stdin");
        assertThat(both.exit()).as(both.err()).isZero();
        elsewhere.seen.clear();
        elsewhere.key = Optional.of("upk_other");
        String session = elsewhere.url() + "/v2/victim/tool/blobs/uploads/u1";
        registry.faults.put("session", new Fault.Redirect(session));
        Result result = push();

        assertThat(result.exit()).as(result.err()).isEqualTo(4);
        assertThat(elsewhere.seen)
                .isNotEmpty()
                .allMatch(request -> request.header("Authorization").isEmpty());
    }

    @Test
    void bytesThatWentByHttpsDoNotGoOnByHttp() throws Exception {
        try (ThrowawayKey key = ThrowawayKey.in(temp);
                FakeRegistry secure = FakeRegistry.secure(key.context())) {
            String session = elsewhere.url() + "/v2/acme/tool/blobs/uploads/u1";
            secure.faults.put("session", new Fault.Redirect(session));
            Path layout = version().layout(temp.resolve("layout"));
            Result result =
                    pkg.with("PKG_REGISTRY", secure.url()).run("push", "acme/tool:1.0", "--layout", layout.toString());

            assertThat(result)
                    .isEqualTo(new Result(
                            4,
                            "",
                            "pkg: %s wants uploads at %s, from https to http\n".formatted(secure.url(), session)));
            assertThat(secure.seenMethods("POST")).isNotEmpty();
            assertThat(elsewhere.seen).isEmpty();
        }
    }

    @Test
    void whatWasLearnedOverHttpIsNotBelievedOverHttps() throws Exception {
        version().publish(registry, "acme/tool", "1.0");
        assertThat(pkg.run("get", "acme/tool:1.0", "--arch", "x86_64").exit()).isZero();
        // A closed port fails at once; a server without TLS may wait for the rest of the request.
        registry.close();
        Result result = pkg.with("PKG_REGISTRY", "https://" + registry.authority())
                .run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(result.exit()).as(result.err()).isEqualTo(5);
    }

    @Test
    void redirectsThatGoRoundInCirclesEnd() throws IOException {
        SampleVersion version = version();
        version.publish(registry, "acme/tool", "1.0");
        String path = "/v2/acme/tool/blobs/" + version.layers.getFirst().digest();
        registry.faults.put(path, new Fault.Redirect(path));
        Result result = pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(result)
                .isEqualTo(new Result(5, "", "pkg: %s redirects more than 5 times\n".formatted(registry.url() + path)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://example.org/x", "file:///etc/passwd", "mailto:me", "http://[x", "http://h:99999/", "a b"})
    void aRedirectToWhatIsNoAddressIsNotFollowed(String location) throws IOException {
        version().publish(registry, "acme/tool", "1.0");
        String path = "/v2/acme/tool/manifests/1.0";
        registry.faults.put(path, new Fault.Redirect(location));
        Result result = pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(result)
                .isEqualTo(new Result(
                        5,
                        "",
                        "pkg: %s redirects to \"%s\", which is no address\n"
                                .formatted(registry.url() + path, location)));
    }

    @Test
    void aTokenThatWouldForgeALineIsAsGoodAsNone() throws IOException {
        registry.keyForReads = Optional.of("upk_secret");
        registry.challenge = "Bearer realm=\"" + registry.url() + "/token\"";
        registry.answers.put("/token", "{\"token\":\"a\\r\\nX-Evil: 1\"}");
        version().publish(registry, "acme/tool", "1.0");
        Result result = pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).doesNotContain("Evil").contains("log in with: pkg login");
    }

    private Result login(String key) {
        return pkg.input(key + "\n").run("login", "--key-stdin");
    }

    private Result push() throws IOException {
        Path layout = version().layout(temp.resolve("layout"));
        return pkg.run("push", "acme/tool:1.0", "--layout", layout.toString());
    }

    private static SampleVersion version() throws IOException {
        return new SampleVersion("1.0", 1000, Arch.X86_64);
    }
}
