package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    // Port 1 of this machine: nothing listens there.
    private static final String NOBODY = "http://127.0.0.1:1";

    @TempDir
    Path home;

    @Test
    void theVersionIsTold() {
        assertThat(pkg().run("version")).isEqualTo(new Result(0, "pkg " + ProgramVersion.text() + "\n", ""));
        assertThat(pkg().run("--version")).isEqualTo(pkg().run("version"));
        assertThat(pkg().run("version", "--output", "json"))
                .isEqualTo(new Result(0, "{\n  \"version\": \"%s\"\n}\n".formatted(ProgramVersion.text()), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "version --output json", "--help", "completion bash"})
    void aResultThatCannotBeWrittenIsAFailure(String line) throws Exception {
        Process process = pkg().process(line.split(" "))
                .redirectOutput(new File("/dev/full"))
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(said).contains("the result cannot be written to stdout: No space left on device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "completion bash"})
    void aReaderThatHasHadEnoughIsNoFailure(String line) throws Exception {
        Process process = pkg().process(line.split(" ")).start();
        process.getInputStream().close();

        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void noCommandIsAUsageError() {
        Result result = pkg().run();

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("Usage: pkg ");
    }

    @Test
    void anUnknownCommandIsAUsageError() {
        assertThat(pkg().run("gett", "nginx")).isEqualTo(new Result(2, "", """
            pkg: there is no command 'gett'; did you mean get?
              next: see: pkg --help
            """));
    }

    @Test
    void aBadReferenceIsAUsageErrorThatSaysWhatIsExpected() {
        Result result = pkg().run("get", "Acme/Tool");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .contains("not a namespace: \"Acme\"; expected lowercase letters and digits")
                .endsWith("  next: see: pkg get --help\n");
    }

    @Test
    void aVersionOutsideTheGrammarIsAUsageError() {
        assertThat(pkg().run("build", "/bin/true", "-t", "acme/tool:1.0_x")).isEqualTo(new Result(2, "", """
            pkg: -t wants a version behind the name: not a version: "1.0_x"; expected letters, digits and . + ~ - only
            """));
        Result kernel = pkg().run("kernel", "push", "nanos", "/nowhere", "--version", "a b");
        assertThat(kernel.exit()).isEqualTo(2);
        assertThat(kernel.err())
                .contains("not a version: \"a b\"; expected letters, digits and . + ~ - only")
                .endsWith("  next: see: pkg kernel push --help\n");
    }

    @Test
    void aChannelOutsideTheGrammarIsAUsageErrorBeforeAnythingIsReadOrSent() {
        assertThat(pkg().run("kernel", "push", "nanos", "/nowhere", "--channel", "BAD/x"))
                .isEqualTo(new Result(2, "", """
                    pkg: not a channel: "BAD/x"; expected [A-Za-z0-9_][A-Za-z0-9._-]{0,127}
                    """));
        assertThat(pkg().run("kernel", "push", "nanos", "/nowhere", "--channel", "7.7"))
                .isEqualTo(new Result(2, "", """
                    pkg: not a channel: "7.7"; expected a word that does not begin as versions do, with a digit or with v and a digit
                    """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kernel push linux                          | <source> is missing; expected: pkg kernel push",
                "kernel push nanos --from-debian            | Debian has kernels of the family linux only, not nanos",
                "kernel push linux --from-debian /tmp       | --from-debian takes no folder, and /tmp is one too many",
                "kernel push linux /tmp --arch arm64        | --arch goes with --from-debian;",
            })
    void theSourcesOfAKernelAndDebianExcludeEachOther(String arguments, String sentence) {
        Result result = pkg().run(arguments.strip().split(" "));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).startsWith("pkg: " + sentence);
    }

    @Test
    void debianHasNoKernelForVirtualMachinesOnRiscv() {
        Result result = pkg().run("kernel", "push", "linux", "--from-debian", "--arch", "riscv64");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).startsWith("pkg: Debian has no kernel for virtual machines on riscv64\n  next: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "push | <reference> is missing; expected: pkg push <reference>",
                "kernel push nanos | <source> is missing; expected: pkg kernel push <family> <source>",
                "push a b | 'b' is one argument too many; expected: pkg push <reference>",
                "push --bogus | there is no option '--bogus'",
                "list --outpt json | there is no option '--outpt'; did you mean --output?",
                "kernel frob | there is no command 'frob'",
                "build x -t | nothing follows --tag; expected <name:version>",
                "build -t x:1 -t y:1 z | --tag is there twice; expected it once",
                "list --limit x | --limit: not a number: \"x\"; expected a whole number",
                "list --quiet=3 | --quiet: not a choice: \"3\"; expected true, false or nothing",
                "get x --arch z80 | --arch: not an architecture: z80; known are x86_64, arm64 and riscv64",
                "image inspect x --ls --cat y | --ls, --cat=<path> exclude each other; expected only one of them",
            })
    void aMistakeIsSaidWithWhatWasExpected(String arguments, String sentence) {
        String[] words = arguments.split(" ");
        String command =
                words[0].matches("kernel|image") && !words[1].equals("frob") ? words[0] + " " + words[1] : words[0];

        assertThat(pkg().run(words))
                .isEqualTo(new Result(2, "", "pkg: %s\n  next: see: pkg %s --help\n".formatted(sentence, command)));
    }

    @Test
    void aListIsAskedForByWhatHasOne() {
        assertThat(pkg().run("list", "Bad_NS")).isEqualTo(new Result(2, "", """
            pkg: not a namespace: "Bad_NS"; expected lowercase letters and digits, with single . or - between them, at most 64 characters
            """));
        assertThat(pkg().run("versions", "hi:1.0")).isEqualTo(new Result(2, "", """
            pkg: the versions of library/hi are asked for, not one of them
              next: leave the version out, or see: pkg info library/hi:1.0
            """));
    }

    @Test
    void helpIsAWordToo() {
        assertThat(pkg().run("help", "kernel", "push")).isEqualTo(pkg().run("kernel", "push", "--help"));
        assertThat(pkg().run("help")).isEqualTo(pkg().run("--help"));
        assertThat(pkg().run("help", "kernel", "frob")).isEqualTo(new Result(2, "", """
            pkg: there is no command 'frob'
              next: see: pkg kernel --help
            """));
    }

    @Test
    void aRegistryThatIsNotThereIsANetworkFailure() {
        String failure = """
            pkg: nothing answers at %s (Connection refused)
              next: see that the registry runs and that its address is right (--registry, PKG_REGISTRY)
            """.formatted(NOBODY);
        assertThat(pkg().run("get", "acme/tool:1.0"))
                .isEqualTo(new Result(
                        5,
                        "",
                        "nothing answers at %s (Connection refused); trying again\n".formatted(NOBODY) + failure));
        assertThat(pkg().run("--quiet", "get", "acme/tool:1.0")).isEqualTo(new Result(5, "", failure));
    }

    @Test
    void aProxyThatIsNotThereIsNotTakenForTheRegistry() throws Exception {
        Process process = pkg().with("http_proxy", "http://me:secret@127.0.0.1:9")
                .with("no_proxy", "")
                .with("NO_PROXY", "")
                .start("list");
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).isEqualTo(5);
        assertThat(said).isEqualTo("""
            nothing answers at the proxy 127.0.0.1:9, which http_proxy names for %1$s (Connection refused); trying again
            pkg: nothing answers at the proxy 127.0.0.1:9, which http_proxy names for %1$s (Connection refused)
              next: see that http_proxy is right, or ask without it: name 127.0.0.1 in no_proxy
            """.formatted(NOBODY));
    }

    @Test
    void failuresAreJsonForPrograms() {
        assertThat(pkg().run("get", "acme/tool:1.0", "--offline", "--output", "json"))
                .isEqualTo(new Result(
                        5,
                        "",
                        "{\"problem\":{\"code\":\"network\",\"message\":\"%s is needed for this, but --offline was given\""
                                        .formatted(NOBODY)
                                + ",\"next\":\"try again without --offline\",\"exit\":5}}\n"));
    }

    @Test
    void aGroupWithoutACommandIsAProblemForPrograms() {
        assertThat(pkg().run("kernel", "--output", "json"))
                .isEqualTo(new Result(
                        2,
                        "",
                        "{\"problem\":{\"code\":\"usage\",\"message\":\"pkg kernel wants one of its commands behind it:"
                                + " list, get, use, push\",\"next\":\"see: pkg kernel --help\",\"exit\":2}}\n"));
        assertThat(pkg().run("--output", "json").err())
                .startsWith("{\"problem\":{\"code\":\"usage\",\"message\":\"pkg wants one of its commands behind it: ");
        assertThat(pkg().run("kernel").err()).startsWith("Usage: pkg kernel ");
    }

    @Test
    void mistakesInUsageAreJsonOnlyForWhoAskedForIt() {
        assertThat(pkg().run("search", "json", "extra").err())
                .startsWith("pkg: 'extra' is one argument too many; expected: pkg search <text>");
        assertThat(pkg().run("search", "x", "extra", "--output", "json").err()).startsWith("{\"problem\":");
        assertThat(pkg().run("search", "x", "extra", "--output=json").err()).startsWith("{\"problem\":");
    }

    @Test
    void offlineOpensNoSocket() throws IOException {
        try (FakeRegistry registry = new FakeRegistry()) {
            PkgCommand pkg = PkgCommand.at(home, registry).input("upk_secret\n");
            SampleVersion version = new SampleVersion("1.0", 10, Arch.X86_64);
            String layout = version.layout(home.resolve("layout")).toString();
            for (String[] command : new String[][] {
                {"push", "acme/tool:1.0", "--layout", layout},
                {"login", "--key-stdin"},
                {"get", "acme/tool:1.0"},
                {"get", "acme/tool"},
                {"search", "tool"},
                {"info", "acme/tool"},
                {"versions", "acme/tool"},
                {"contents", "acme/tool:1.0"},
                {"kernel", "get", "nanos"},
                {"kernel", "list"},
                {"image", "build", "acme/tool:1.0"},
            }) {
                String[] offline = java.util.Arrays.copyOf(command, command.length + 1);
                offline[command.length] = "--offline";
                assertThat(pkg.run(offline).exit())
                        .as(String.join(" ", offline))
                        .isIn(3, 5);
            }
            assertThat(registry.seen).isEmpty();
        }
    }

    @Test
    void theRegistryOptionGoesOverTheEnvironment() throws IOException {
        try (FakeRegistry registry = new FakeRegistry()) {
            registry.answers.put("/api/v1/packages?limit=50&q=x", "{\"packages\":[]}");
            Result result = pkg().run("search", "x", "--registry", registry.url());

            assertThat(result).isEqualTo(new Result(0, "", "no packages\n"));
        }
    }

    @Test
    void theConfigFileIsReadStrictly() throws IOException {
        Files.writeString(home.resolve("config"), "# mine\n\nregistri = http://localhost:1\n");

        assertThat(pkg().run("list")).isEqualTo(new Result(2, "", """
            pkg: %s, line 3: "registri" is no setting; known are cpus, kernel, memory, registry, resume, token-services
              next: correct that line
            """.formatted(home.resolve("config"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory = lots", "memory = 512", "registry = :::", "cpus = 0"})
    void aWrongSettingIsSaidToBeOfTheConfigFile(String line) throws IOException {
        Files.writeString(home.resolve("config"), line + "\n");
        PkgCommand user = pkg().with("PKG_REGISTRY", "");
        Result result = user.run("run", "acme/tool:1.0", "--offline", "--qemu", "/bin/false");

        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).startsWith("pkg: the config file sets " + line.split(" ")[0] + " ");
    }

    @Test
    void aStackTraceIsShownOnlyForDebugging() {
        assertThat(pkg().run("get", "acme/tool:1.0", "--debug").err()).contains("    at dev.unipkg.cli");
        assertThat(pkg().run("get", "acme/tool:1.0").err()).doesNotContain("    at ");
    }

    @Test
    void wordsToChooseFromAreShownAsTheyAreTyped() {
        assertThat(pkg().run("list", "--output", "yaml").err())
                .contains("[text, json]")
                .doesNotContain("JSON");
        assertThat(pkg().run("completion", "csh").err())
                .contains("[bash, zsh, fish]")
                .doesNotContain("BASH");
        assertThat(pkg().run("version", "--output", "JSON").exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "search",
                "list",
                "info",
                "versions",
                "contents",
                "get",
                "image",
                "kernel",
                "build",
                "push",
                "login",
                "run",
                "completion",
                "help",
                "version"
            })
    void everyCommandHasHelp(String command) {
        Result result = pkg().run(command, "--help");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).startsWith("Usage: pkg " + command);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void aDescriptionCannotSteerTheTerminal() throws IOException {
        try (FakeRegistry registry = new FakeRegistry()) {
            registry.answers.put(
                    "/api/v1/packages?limit=50",
                    "{\"packages\":[{\"name\":\"acme/tool\",\"latest\":\"1.0\",\"archs\":[\"x86_64\"],"
                            + "\"description\":\"nice\\u001b[2Jtool\\u202e\"}]}");
            Result result = PkgCommand.at(home, registry).run("list");

            assertThat(result.out()).isEqualTo("""
                PACKAGE    LATEST  ARCHS   DESCRIPTION
                acme/tool  1.0     x86_64  nice\\u{1b}[2Jtool\\u{202e}
                """);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list --limit 0", "list --limit 201"})
    void aNumberOutOfRangeIsAUsageError(String line) {
        Result result = pkg().run(line.split(" "));

        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains(" wants ");
    }

    @Test
    void memoryWithoutAUnitIsAUsageErrorThatNamesWhatWasTyped() {
        assertThat(pkg().run("run", "acme/tool:1.0", "-m", "512", "--qemu", "/bin/false"))
                .isEqualTo(new Result(2, "", """
                    pkg: "512" is too little memory for any machine; without a unit it counts bytes
                      next: say it with a unit, as in 512M
                    """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image inspect /nope",
                "build /nope",
                "build /nope -t a/b:1",
                "build /bin/ls -t a/b:1 --root /nope",
                "kernel push linux /nope",
                "kernel push nanos /nope.tar.gz"
            })
    void aFileThatIsNotThereIsNotFound(String line) {
        Result result = pkg().run(line.split(" "));

        assertThat(result.exit()).as(result.err()).isEqualTo(3);
        assertThat(result.err()).contains("there is no file ").contains("/nope");
    }

    @Test
    void whatOnlyTheNetworkHasIsANetworkFailureOffline() {
        assertThat(pkg().run("--offline", "contents", "nope").exit()).isEqualTo(5);
        assertThat(pkg().run("--offline", "get", "nope")).isEqualTo(new Result(5, "", """
            pkg: no version of library/nope from %s is on the shelf, and --offline was given
              next: get it without --offline: pkg get library/nope
            """.formatted(NOBODY)));
        assertThat(pkg().run("--offline", "get", "example.org/acme/nope").err()).isEqualTo("""
            pkg: no version of acme/nope from https://example.org is on the shelf, and --offline was given
              next: get it without --offline: pkg get example.org/acme/nope
            """);
    }

    private PkgCommand pkg() {
        return PkgCommand.at(home, NOBODY);
    }
}
