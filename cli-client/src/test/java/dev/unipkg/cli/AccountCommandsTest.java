package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.FakeRegistry.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountCommandsTest {
    private static final String KEY = "upk_secret";
    private static final String ACME = "{\"name\":\"acme\",\"created\":\"2026-11-29T08:00:00Z\"}";
    private static final String KEY_OF_ACME = "{\"id\":\"7\",\"namespace\":\"acme\",\"description\":\"for their CI\","
            + "\"created\":\"2026-11-29T08:00:00Z\",\"expires\":\"2027-02-27T08:00:00Z\"";

    @TempDir
    Path temp;

    private FakeRegistry registry;
    private PkgCommand pkg;

    @BeforeEach
    void logIn() throws IOException {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
        registry.answers.put("/api/v1/whoami", "{\"anonymous\":false,\"administrator\":true,\"namespaces\":[]}");
        assertThat(pkg.input(KEY + "\n").run("login", "--key-stdin").exit()).isZero();
        registry.seen.clear();
        registry.key = Optional.of(KEY);
        registry.keyForReads = Optional.of(KEY);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void newNamespaceIsCreatedWithTheKeyThatIsKept() {
        registry.faults.put("/api/v1/namespaces", new Fault.Status(201, ACME, new int[] {1}));

        assertThat(pkg.run("namespace", "create", "acme"))
                .isEqualTo(new Result(
                        0,
                        "acme\n",
                        "created the namespace acme at %s; a key for it: pkg key create acme\n"
                                .formatted(registry.url())));
        assertThat(registry.seen)
                .singleElement()
                .satisfies(
                        request -> assertThat(request.header("Authorization")).contains("Bearer " + KEY));
    }

    @Test
    void namespaceThatExistsIsSuccess() {
        registry.answers.put("/api/v1/namespaces", ACME);

        assertThat(pkg.run("namespace", "create", "acme", "--output", "json"))
                .isEqualTo(new Result(0, """
                    {
                      "name": "acme",
                      "created": "2026-11-29T08:00:00Z",
                      "alreadyThere": true
                    }
                    """, "the namespace acme exists already at %s\n".formatted(registry.url())));
    }

    @Test
    void refusedNamespaceIsRefusedInTheRegistrysWords() {
        registry.faults.put("/api/v1/namespaces", new Fault.Status(403, """
            {"type":"https://unipkg.dev/problems/not-administrator","title":"No","status":403,
             "detail":"only an administrator's API key may do this"}\
            """, new int[] {1}));

        assertThat(pkg.run("namespace", "create", "acme"))
                .isEqualTo(new Result(4, "", "pkg: namespace acme: only an administrator's API key may do this\n"));
    }

    @Test
    void namespaceWithoutALoginIsRefusedWithTheNextStep() {
        registry.challenge = "Bearer realm=\"unipkg\"";
        assertThat(pkg.run("logout").exit()).isZero();

        for (String[] command :
                new String[][] {{"namespace", "create", "acme"}, {"key", "create", "acme"}, {"key", "list"}}) {
            Result result = pkg.run(command);

            assertThat(result.exit()).as(String.join(" ", command)).isEqualTo(4);
            assertThat(result.err()).contains("log in with: pkg login");
        }
    }

    @Test
    void nameThatNoNamespaceCanHaveIsAUsageErrorBeforeAnythingIsSent() {
        for (String[] command :
                new String[][] {{"namespace", "create", "Acme/x"}, {"key", "create", "Acme/x"}, {"key", "create", ""}
                }) {
            Result result = pkg.run(command);

            assertThat(result.exit()).as(String.join(" ", command)).isEqualTo(2);
            assertThat(result.err()).startsWith("pkg: not a namespace: ");
        }
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void namespacesAreListed() {
        String created = Instant.now().minus(Duration.ofDays(3)).toString();
        registry.answers.put("/api/v1/namespaces?limit=50", """
            {"namespaces": [
              {"name": "acme", "created": "%1$s", "bytes": 1572864, "limitBytes": 1073741824},
              {"name": "endless", "created": "%1$s", "bytes": 0},
              {"name": "theirs", "created": "%1$s"}
            ], "next": "theirs"}
            """.formatted(created));

        assertThat(pkg.run("namespace", "list"))
                .isEqualTo(new Result(0, """
                    NAMESPACE  SIZE     LIMIT    CREATED
                    acme       1.5 MiB  1.0 GiB  3 days ago
                    endless    0 B      none     3 days ago
                    theirs     -        -        3 days ago
                    """, "there are more: continue with --after theirs\n"));
        assertThat(pkg.run("namespace", "list", "--output", "json").out())
                .contains("\"created\": \"" + created + "\"", "\"bytes\": 1572864", "\"limitBytes\": 1073741824");
    }

    @Test
    void newKeyIsTheResultAndTheTalkSaysWhatToDoWithIt() {
        registry.faults.put(
                "/api/v1/keys", new Fault.Status(201, KEY_OF_ACME + ",\"key\":\"upk_new\"}", new int[] {1}));

        assertThat(pkg.run("key", "create", "acme", "--description", "for their CI", "--expires", "90d"))
                .isEqualTo(new Result(
                        0,
                        "upk_new\n",
                        "created key 7 (acme) at %1$s; it is shown this once. Its owner keeps it with: pkg login --registry %1$s\n"
                                .formatted(registry.url())));
    }

    @Test
    void keyIsNotCreatedTwiceWhenTheRegistryFails() {
        registry.faults.put("/api/v1/keys", new Fault.Status(503, "{}", new int[] {5}));

        assertThat(pkg.run("key", "create", "acme").exit()).isEqualTo(5);
        assertThat(registry.seenMethods("POST")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key create", "key create acme --administrator"})
    void keyForNothingOrForTwoThingsIsAUsageError(String line) {
        assertThat(pkg.run(line.split(" "))).isEqualTo(new Result(2, "", """
            pkg: a key is for one namespace, or an administrator's; expected a namespace or --administrator
              next: name one of them: pkg key create <namespace>
            """));
        assertThat(registry.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "90", "-3d", "2027-13-01", "99999d"})
    void endThatIsNoTimeIsAUsageError(String when) {
        assertThat(pkg.run("key", "create", "acme", "--expires=" + when))
                .isEqualTo(new Result(2, "", """
                    pkg: --expires wants a time from now such as 90d or 12h, or a day such as 2027-01-31, not "%s"
                    """.formatted(when)));
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void keysAreListedWithoutTheirSecrets() {
        Instant now = Instant.now();
        String key = "{\"id\":\"%s\",\"namespace\":\"acme\",\"description\":\"for their"
                + " CI\",\"created\":\"%s\",\"expires\":\"%s\"}";
        registry.answers.put(
                "/api/v1/keys?limit=50",
                "{\"keys\":["
                        + key.formatted(
                                "7",
                                now.minus(Duration.ofHours(2)),
                                now.plus(Duration.ofDays(90).plusHours(1)))
                        + "," + key.formatted("8", now.minus(Duration.ofDays(70)), now.minus(Duration.ofDays(5)))
                        + ",{\"id\":\"1\",\"description\":\"\",\"created\":\"" + now.minus(Duration.ofDays(800))
                        + "\"}]}");

        assertThat(pkg.run("key", "list")).isEqualTo(new Result(0, """
            ID  PUBLISHES TO   CREATED       EXPIRES      DESCRIPTION
            7   acme           2 hours ago   in 3 months  for their CI
            8   acme           2 months ago  5 days ago   for their CI
            1   administrator  2 years ago   never
            """, ""));
    }

    @Test
    void keyIsRevokedById() {
        registry.faults.put("/api/v1/keys/7", new Fault.Status(204, "", new int[] {1}));

        assertThat(pkg.run("key", "revoke", "7"))
                .isEqualTo(new Result(0, "7\n", "revoked key 7 at %s\n".formatted(registry.url())));
        assertThat(registry.seen).hasToString("[DELETE /api/v1/keys/7]");
    }

    @Test
    void keyGivenInsteadOfItsIdIsNotRepeated() {
        assertThat(pkg.run("key", "revoke", KEY)).isEqualTo(new Result(2, "", """
            pkg: that is no id of a key; expected the number that pkg key list shows
              next: see: pkg key list
            """));
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void keyThatThereIsNotIsNotFound() {
        registry.faults.put("/api/v1/keys/9", new Fault.Status(404, """
            {"type":"https://unipkg.dev/problems/key-not-found","title":"No","status":404,
             "detail":"there is no key 9 here"}\
            """, new int[] {1}));

        assertThat(pkg.run("key", "revoke", "9", "--output", "json"))
                .isEqualTo(new Result(
                        3,
                        "",
                        "{\"problem\":{\"code\":\"key-not-found\",\"message\":\"key 9: there is no key 9"
                                + " here\",\"exit\":3}}\n"));
    }

    @Test
    void whoamiTellsTheAccount() {
        assertThat(pkg.run("whoami")).isEqualTo(new Result(0, "administrator\n", ""));
        assertThat(pkg.run("whoami", "--output", "json")).isEqualTo(new Result(0, """
            {
              "registry": "%s",
              "anonymous": false,
              "administrator": true,
              "namespaces": []
            }
            """.formatted(registry.url()), ""));
    }

    @Test
    void whoamiWithoutAKeyIsAnonymousAndAsksNobody() {
        PkgCommand stranger = PkgCommand.at(temp.resolve("stranger"), registry);

        assertThat(stranger.run("whoami"))
                .isEqualTo(new Result(
                        0,
                        "anonymous\n",
                        "no key is kept for %1$s; keep one with: pkg login --registry %1$s\n"
                                .formatted(registry.url())));
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void logoutForgetsTheKeyOfThisRegistryOnly() throws IOException {
        Path file = temp.resolve("home").resolve("credentials");
        Files.writeString(file, Files.readString(file) + "https://other.example key upk_other\n");

        assertThat(pkg.run("logout"))
                .isEqualTo(new Result(0, registry.url() + "\n", "logged out of %s\n".formatted(registry.url())));
        assertThat(file).hasContent("https://other.example key upk_other");
        assertThat(pkg.run("logout", "--output", "json"))
                .isEqualTo(new Result(
                        0, """
                        {
                          "registry": "%1$s",
                          "removed": false
                        }
                        """.formatted(registry.url()), "no key was kept for %s\n".formatted(registry.url())));
        assertThat(registry.seen).isEmpty();
    }
}
