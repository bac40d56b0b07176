package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The logins of docker and podman, and the token services that they are shown to.
class ContainerLoginsTest {

    private static final String TOKEN = "a-token";
    private static final String LOGIN = "Basic " + base64("me:secret");

    @TempDir
    Path temp;

    private FakeRegistry registry;
    private FakeRegistry service;
    private PkgCommand pkg;

    /// A registry that sends to another host for a token.
    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        service = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
        new SampleVersion("1.0", 1000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        registry.keyForReads = Optional.of(TOKEN);
        sendTo(serviceAddress());
        service.answers.put("/token", "{\"token\":\"" + TOKEN + "\"}");
    }

    @AfterEach
    void stop() {
        registry.close();
        service.close();
    }

    @ParameterizedTest
    @CsvSource({
        "REGISTRY_AUTH_FILE, auth.json, auth.json",
        "XDG_RUNTIME_DIR, '', containers/auth.json",
        "XDG_CONFIG_HOME, '', containers/auth.json",
        "HOME, '', .config/containers/auth.json",
        "DOCKER_CONFIG, '', config.json",
        "HOME, '', .docker/config.json"
    })
    void aLoginIsFoundInEachFile(String variable, String value, String file) throws IOException {
        allow(serviceAddress());
        write(temp.resolve("logins").resolve(file), auths(registry.authority(), base64("me:secret")));
        Result result =
                get(pkg.with(variable, temp.resolve("logins").resolve(value).toString()));

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(service.seen.getLast().header("Authorization")).contains(LOGIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "http://%s", "https://%s/v1/", "https://%s/v2/"})
    void aKeyMayBeAnAddress(String key) throws IOException {
        allow(serviceAddress());
        Result result = get(dockerWith(auths(key.formatted(registry.authority()), base64("me:secret"))));

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(service.seen.getLast().header("Authorization")).contains(LOGIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "%s.example", "%s/acme", "example.org"})
    void aLoginForSomethingElseIsNotUsed(String key) throws IOException {
        allow(serviceAddress());
        Result result = get(dockerWith(auths(key.formatted(registry.authority()), base64("me:secret"))));

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(service.seen.getLast().header("Authorization")).isEmpty();
    }

    @Test
    void aLoginOfPkgGoesFirst() throws IOException {
        allow(serviceAddress());
        Path file = temp.resolve("home").resolve("credentials");
        write(file, registry.url() + " login own word\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Result result = get(dockerWith(auths(registry.authority(), base64("me:secret"))));

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(service.seen.getLast().header("Authorization")).contains("Basic " + base64("own:word"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2VjcmV0", "!secret", "OnNlY3JldA=="})
    void aLoginThatIsNoneIsToldWithoutItsText(String auth) throws IOException {
        Result result = get(dockerWith(auths(registry.authority(), auth)));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("the auth of " + registry.authority() + " is not user:password in Base64")
                .contains("next: ")
                .doesNotContain("secret")
                .doesNotContain(auth);
    }

    @Test
    void aFileThatIsNoJsonIsNamed() throws IOException {
        Result result = get(dockerWith("{\"auths\""));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("cannot read the logins in " + temp.resolve("docker/config.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"credHelpers\":{\"%s\":\"test\"}}",
                "{\"credsStore\":\"test\",\"auths\":{\"%s\":{}}}",
                "{\"credsStore\":\"test\",\"auths\":{}}",
                "{\"credsStore\":\"test\"}"
            })
    void aHelperIsAsked(String config) throws Exception {
        allow(serviceAddress());
        helper("""
                read -r server
                printf '{"ServerURL":"%s","Username":"me","Secret":"secret"}' "$server"
                echo "$server" > "$(dirname "$0")/asked"
                """);

        assertThat(getInProcess(config.formatted(registry.authority()))).contains("sha256:");
        assertThat(service.seen.getLast().header("Authorization")).contains(LOGIN);
        assertThat(temp.resolve("bin/asked")).hasContent(registry.authority());
    }

    @Test
    void aHelperWithoutALoginIsAsGoodAsNone() throws Exception {
        allow(serviceAddress());
        helper("echo credentials not found in native keychain; exit 1");

        assertThat(getInProcess("{\"credHelpers\":{\"" + registry.authority() + "\":\"test\"}}"))
                .contains("sha256:");
        assertThat(service.seen.getLast().header("Authorization")).isEmpty();
    }

    @Test
    void aHelperThatSaysSomethingElseIsToldWithoutItsText() throws Exception {
        helper("echo secret");

        assertThat(getInProcess("{\"credHelpers\":{\"" + registry.authority() + "\":\"test\"}}"))
                .contains("docker-credential-test answered with something else than a login")
                .doesNotContain("secret");
    }

    @Test
    @Timeout(60)
    void aHelperThatSaysTooMuchIsEnded() throws Exception {
        helper("head -c 300000 /dev/zero");

        assertThat(getInProcess("{\"credsStore\":\"test\"}"))
                .contains("docker-credential-test answered with more than 65536 bytes")
                .contains("next: try it");
    }

    @Test
    @Timeout(60)
    void aHelperThatNeverAnswersIsEnded() throws Exception {
        // The shell is ended, and what it has started holds its output open.
        helper("sleep 1000; true");

        assertThat(getInProcess("{\"credsStore\":\"test\"}"))
                .contains("docker-credential-test did not answer within 10 seconds")
                .contains("next: try it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../bin/sh", "", "a b", "-x"})
    void aHelperThatIsNoNameIsNotStarted(String name) throws IOException {
        Result result = get(dockerWith("{\"credHelpers\":{\"" + registry.authority() + "\":\"" + name + "\"}}"));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("names \"" + name + "\" as its credential helper");
    }

    @Test
    void aTokenServiceElsewhereIsNotAsked() throws IOException {
        Result result = get(dockerWith(auths(registry.authority(), base64("me:secret"))));

        assertThat(result)
                .isEqualTo(new Result(
                        4,
                        "",
                        "pkg: %s sends to %s for a token, which is another host\n"
                                        .formatted(registry.url(), "http://" + serviceAddress())
                                + "  next: if that is right, add a line to the config file: token-services = "
                                + serviceAddress()
                                + "\n"));
        assertThat(service.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic realm=\"x\", Bearer realm=\"%s\"",
                "Bearer realm=\"%s\", Basic realm=\"x\"",
                "Basic realm=\"x, Bearer \",bearer  realm=\"%s\""
            })
    void aChallengeForATokenIsFoundAmongOthers(String challenge) throws IOException {
        registry.challenge = challenge.formatted("http://" + service.authority() + "/token");
        Result result = get(pkg);

        assertThat(result.exit()).as(result.err()).isZero();
    }

    @Test
    void aRefusalOfAReadWithoutWordsSaysWhatIsWanted() {
        registry.keyForReads = Optional.empty();
        registry.faults.put("/v2/acme/tool/manifests/1.0", new Fault.Status(401, "", new int[] {1000}));
        Result result = get(pkg);

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err())
                .contains(registry.url() + " wants a login that may do this\n")
                .contains("next: log in with: pkg login --registry " + registry.url());
    }

    @Test
    void aTokenServiceThatRedirectsElsewhereIsNotFollowed() throws IOException {
        sendTo(service.authority());
        try (FakeRegistry inner = new FakeRegistry()) {
            inner.answers.put("/secret", "{\"token\":\"of another\"}");
            String address = inner.authority().replace("127.0.0.1", "localhost");
            service.faults.put("/token", new Fault.Redirect("http://" + address + "/secret"));
            Result result = get(pkg);

            assertThat(result.exit()).as(result.err()).isEqualTo(4);
            assertThat(result.err())
                    .startsWith("pkg: %s sends to http://%s for a token, which is another host\n"
                            .formatted(registry.url(), address));
            assertThat(inner.seen).isEmpty();
        }
    }

    @Test
    void aTokenServiceMayRedirectToItsOwnHost() throws IOException {
        sendTo(service.authority());
        service.answers.put("/moved", "{\"token\":\"" + TOKEN + "\"}");
        service.faults.put("/token", new Fault.Redirect("/moved"));
        Result result = get(pkg);

        assertThat(result.exit()).as(result.err()).isZero();
    }

    @Test
    void anotherPortOfTheHostIsAskedAsAStranger() throws IOException {
        sendTo(service.authority());
        Result result = get(dockerWith(auths(registry.authority(), base64("me:secret"))));

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(service.seen.getLast().header("Authorization")).isEmpty();
    }

    private void sendTo(String address) {
        registry.challenge = "Bearer realm=\"http://" + address + "/token\"";
    }

    /// The service under the name of another host.
    private String serviceAddress() {
        return service.authority().replace("127.0.0.1", "localhost");
    }

    private void allow(String address) throws IOException {
        write(temp.resolve("home").resolve("config"), "token-services = example.org, " + address + "\n");
    }

    private PkgCommand dockerWith(String config) throws IOException {
        write(temp.resolve("docker").resolve("config.json"), config);
        return pkg.with("DOCKER_CONFIG", temp.resolve("docker").toString());
    }

    private void helper(String script) throws IOException {
        Path file = temp.resolve("bin").resolve("docker-credential-test");
        write(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /// Runs pkg in a process of its own, which finds helpers by its own `PATH`.
    private String getInProcess(String config) throws Exception {
        Process process = dockerWith(config)
                .with("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"))
                .start("get", "acme/tool:1.0", "--arch", "x86_64");
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Result get(PkgCommand pkg) {
        return pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String auths(String key, String auth) {
        return "{\"auths\":{\"" + key + "\":{\"auth\":\"" + auth + "\"}}}";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
