package dev.unipkg.format.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.format.oci.UnikernelSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PackageSettingsTest {

    static final String EVERYTHING = """
            # A web server.
            name: acme/web
            version: 1.10
            description: serves pages
            licenses: BSD-2-Clause
            source: https://example.org/source
            documentation: https://example.org/docs
            program: /usr/sbin/web
            args: [-c, "/etc/web.conf"]
            env:
              TZ: UTC
              EMPTY: ""
            workdir: /srv
            ports: [80, 53/udp]
            volumes: [/data]
            files:
              /etc/web.conf: web.conf
              /srv/www: {from: www/, layer: config, without: [.git]}
              /usr/lib/python3: {root: /usr/lib/python3}
              /etc/motd: {text: "hello\\n"}
              /bin/start: {text: "#!x", executable: true, layer: libs}
              /bin/sh: {link: busybox}
            directories: [/tmp]
            libraries: [libstdc++.so.6]
            kernel: {family: nanos, versions: ">=0.1.54 <0.2"}
            klibs: [tls]
            memory: 256 MiB
            cpus: 2
            writable: 1g
            options: {transparent_hugepage: never}
            readiness: {http: /health, port: 80}
            resume: {safe: true, randomness: none, clock: any}
            """;

    @Test
    void aKernelFamilyThatThereIsNot() {
        for (String kernel : List.of("bogus", "{family: bogus}")) {
            assertThatThrownBy(() -> read("program: /app\nkernel: " + kernel))
                    .hasMessageContaining("not a kernel family: \"bogus\"; expected nanos, linux or unikraft");
        }
    }

    @Test
    void moreWritableSpaceThanAnImageCanHave() throws RefusedException {
        assertThat(read("program: /app\nwritable: 1 TiB").unikernel().writableBytes())
                .isEqualTo(1L << 40);
        for (String size : List.of("1025 GiB", "1099511627777", "999999999999999")) {
            assertThatThrownBy(() -> read("program: /app\nwritable: " + size))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("the setting \"writable\" is ")
                    .hasMessageContaining("expected at most 1099511627776");
        }
    }

    @Test
    void moreMemoryThanAnyMachineHas() throws RefusedException {
        assertThat(read("program: /app\nmemory: 16 TiB").unikernel().memoryBytes())
                .isEqualTo(1L << 44);
        assertThatThrownBy(() -> read("program: /app\nmemory: 17592186044417"))
                .hasMessageEndingWith(
                        "line 2: the setting \"memory\" is 17592186044417 bytes; expected at most 17592186044416");
    }

    @Test
    void moreEnvironmentThanAProgramIsGiven() throws RefusedException {
        // The program, the name, = and two NULs have eight bytes.
        String most = "x".repeat((128 << 10) - 8);
        assertThat(read("program: /app\nenv: {A: " + most + "}").execution().env())
                .containsEntry("A", most);
        assertThatThrownBy(() -> read("program: /app\nargs: [a]\nenv: {A: " + most + "}"))
                .hasMessageEndingWith(
                        "the setting \"env\" has 131074 bytes together with the arguments; expected at most 131072");
    }

    @Test
    void aUserIsANameOrANumber() throws RefusedException {
        for (String user : List.of("postgres", "1000", "1000:1000", "www-data:33", "_x:y")) {
            assertThat(read("program: /app\nuser: " + user).execution().user()).isEqualTo(user);
        }
        for (String user : List.of("'-x'", "a b", "':1'", "'a:'", "a:b:c", "a/b", "1234567890", "'$(x)'")) {
            assertThatThrownBy(() -> read("program: /app\nuser: " + user))
                    .hasMessageContaining("line 2")
                    .hasMessageContaining("expected a name or a uid, as in postgres or 1000:1000");
        }
    }

    @Test
    void aUserOnNanosIsRefusedWithItsLine() throws RefusedException {
        assertThatThrownBy(() -> read("program: /app\nkernel: nanos\nuser: postgres"))
                .hasMessageContaining("line 3")
                .hasMessageContaining("no user beside kernel: nanos, which runs every program as root");
        assertThat(read("program: /app\nkernel: nanos\nuser: root").execution().user())
                .isEqualTo("root");
        assertThat(read("program: /app\nkernel: linux\nuser: web").execution().hasUser())
                .isTrue();
    }

    @Test
    void readsEverySetting() throws RefusedException {
        PackageSettings settings = read(EVERYTHING);
        assertThat(settings.name()).contains(new PackageName("acme", "web"));
        assertThat(settings.version()).contains(new Version("1.10"));
        assertThat(settings.about())
                .containsEntry(Annotations.DESCRIPTION, "serves pages")
                .containsEntry(Annotations.LICENSES, "BSD-2-Clause")
                .containsEntry(Annotations.SOURCE, "https://example.org/source")
                .containsEntry(Annotations.DOCUMENTATION, "https://example.org/docs");
        assertThat(settings.execution())
                .isEqualTo(new Execution(
                        List.of("/usr/sbin/web"),
                        List.of("-c", "/etc/web.conf"),
                        new TreeMap<>(Map.of("TZ", "UTC", "EMPTY", "")),
                        "/srv",
                        new TreeSet<>(Set.of("80/tcp", "53/udp")),
                        new TreeSet<>(Set.of("/data"))));
        assertThat(settings.unikernel())
                .isEqualTo(new UnikernelSettings(
                        Optional.of("nanos"),
                        Optional.of(">=0.1.54 <0.2"),
                        List.of("tls"),
                        256L << 20,
                        2,
                        1L << 30,
                        new TreeMap<>(Map.of("transparent_hugepage", "never")),
                        Optional.of(new Readiness.HttpGet(80, "/health")),
                        Optional.of(new ResumeDeclaration.Safe(false, false))));
        assertThat(settings.contents().directories()).containsExactly("/tmp");
        assertThat(settings.contents().libraries()).containsExactly("libstdc++.so.6");
        assertThat(settings.contents().files())
                .containsEntry("/etc/web.conf", rule(new FileRule.Origin.Beside("web.conf", Set.of())))
                .containsEntry(
                        "/srv/www",
                        new FileRule(
                                new FileRule.Origin.Beside("www", Set.of(".git")),
                                Optional.of(LayerKind.CONFIG),
                                false))
                .containsEntry("/usr/lib/python3", rule(new FileRule.Origin.InRoot("/usr/lib/python3", Set.of())))
                .containsEntry("/etc/motd", rule(new FileRule.Origin.Text("hello\n")))
                .containsEntry(
                        "/bin/start", new FileRule(new FileRule.Origin.Text("#!x"), Optional.of(LayerKind.LIBS), true))
                .containsEntry("/bin/sh", rule(new FileRule.Origin.Link("busybox")))
                .hasSize(6);
    }

    @Test
    void needsNothingButAProgram() throws RefusedException {
        PackageSettings settings = read("program: /app");
        assertThat(settings.program()).isEqualTo("/app");
        assertThat(settings.name()).isEmpty();
        assertThat(settings.unikernel()).isEqualTo(UnikernelSettings.NONE);
    }

    @Test
    void takesTheShortFormOfAKernel() throws RefusedException {
        assertThat(read("program: /app\nkernel: linux").unikernel().kernelFamily())
                .contains("linux");
    }

    @Test
    void pathsWithASlashAtTheEndAreTakenWithoutIt() throws RefusedException {
        PackageSettings settings = read("""
                program: /app
                workdir: /srv/
                volumes: [/data/]
                directories: [/tmp/]
                files: {/www/: www/, /here: ./}
                """);
        assertThat(settings.execution().workingDir()).isEqualTo("/srv");
        assertThat(settings.execution().volumes()).containsExactly("/data");
        assertThat(settings.contents().directories()).containsExactly("/tmp");
        assertThat(settings.contents().files())
                .containsEntry("/www", rule(new FileRule.Origin.Beside("www", Set.of())))
                .containsEntry("/here", rule(new FileRule.Origin.Beside(".", Set.of())));
    }

    @Test
    void everyKindOfReadinessIsRead() throws RefusedException {
        assertThat(readiness("{http: /up, port: 80}")).isEqualTo(new Readiness.HttpGet(80, "/up"));
        assertThat(readiness("{tcp: 6379}")).isEqualTo(new Readiness.TcpConnect(6379));
        assertThat(readiness("{console: 'Ready to accept: connections'}"))
                .isEqualTo(new Readiness.ConsoleText("Ready to accept: connections"));
        assertThat(readiness("none")).isEqualTo(new Readiness.NoProbe());
        assertThat(readiness("{port: 80, path: /up}"))
                .as("as files say that are older than the kinds")
                .isEqualTo(readiness("{http: /up, port: 80}"));
        assertThat(readiness("{port: 6379}")).isEqualTo(readiness("{tcp: 6379}"));
    }

    private static Readiness readiness(String yaml) throws RefusedException {
        return read("program: /app\nreadiness: " + yaml).unikernel().readiness().orElseThrow();
    }

    @Test
    void everyDeclarationAboutResumingIsRead() throws RefusedException {
        assertThat(resume("safe")).isEqualTo(new ResumeDeclaration.Safe(true, true));
        assertThat(resume("'safe'")).isEqualTo(resume("{safe: true}")).isEqualTo(resume("safe"));
        assertThat(resume("{safe: 'true', randomness: none}")).isEqualTo(new ResumeDeclaration.Safe(false, true));
        assertThat(resume("{clock: any, safe: true}")).isEqualTo(new ResumeDeclaration.Safe(true, false));
        assertThat(resume("never")).isEqualTo(new ResumeDeclaration.Never());
        assertThat(read("program: /app").unikernel().resume()).isEmpty();
    }

    private static ResumeDeclaration resume(String yaml) throws RefusedException {
        return read("program: /app\nresume: " + yaml).unikernel().resume().orElseThrow();
    }

    static Stream<Arguments> wrongAboutResuming() {
        String forms = "expected safe, never, or a mapping as in {safe: true, randomness: none, clock: any}";
        return Stream.of(
                wrong("program: /app\nresume: maybe", "invalid-value", "line 2: \"resume\" is \"maybe\", " + forms),
                wrong("program: /app\nresume: Safe", "invalid-value", "line 2: \"resume\" is \"Safe\", " + forms),
                wrong("program: /app\nresume: true", "invalid-value", "line 2: \"resume\" is \"true\", " + forms),
                wrong("program: /app\nresume: ''", "invalid-value", "line 2: \"resume\" is \"\", " + forms),
                wrong("program: /app\nresume:", "wrong-type", "line 2: \"resume\" is empty, " + forms),
                wrong("program: /app\nresume: [safe]", "wrong-type", "line 2: \"resume\" is a list, " + forms),
                wrong("program: /app\nresume: {}", "missing-field", "line 2: \"resume.safe\" is missing"),
                wrong(
                        "program: /app\nresume:\n  randomness: none",
                        "missing-field",
                        "line 3: \"resume.safe\" is missing"),
                wrong(
                        "program: /app\nresume: {safe: false}",
                        "invalid-value",
                        "line 2: \"resume.safe\" is \"false\", expected true; a program that must not be resumed says"
                                + " resume: never"),
                wrong("program: /app\nresume: {safe: 1}", "invalid-value", "\"resume.safe\" is \"1\", expected true"),
                wrong(
                        "program: /app\nresume: {safe: [true]}",
                        "wrong-type",
                        "\"resume.safe\" is a list, expected true"),
                wrong(
                        "program: /app\nresume:\n  safe: true\n  randomness: some",
                        "invalid-value",
                        "line 4: \"resume.randomness\" is \"some\", expected none; a program that needs randomness"
                                + " leaves it out"),
                wrong(
                        "program: /app\nresume: {safe: true, clock: right}",
                        "invalid-value",
                        "line 2: \"resume.clock\" is \"right\", expected any; a program that needs the right time"
                                + " leaves it out"),
                wrong("program: /app\nresume: {safe: true, clock: none}", "invalid-value", "expected any;"),
                wrong(
                        "program: /app\nresume: {safe: true, random: none}",
                        "unknown-key",
                        "line 2: there is no setting \"resume.random\"; did you mean randomness?"),
                wrong(
                        "program: /app\nresume: {never: true}",
                        "unknown-key",
                        "line 2: there is no setting \"resume.never\"; expected one of safe, randomness, clock"));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong(
                        "programme: /app",
                        "unknown-key",
                        "unipkg.yaml: line 1: there is no setting \"programme\"; did you mean program?"),
                wrong("program: /app\nkernel: {name: x}", "unknown-key", "line 2: there is no setting \"kernel.name\""),
                wrong("program: /app\nprogram: /b", "duplicate-key", "line 2: the key \"program\" is there twice"),
                wrong("name: x/y", "missing-field", "line 1: \"program\" is missing"),
                wrong("program: app", "invalid-value", "line 1: \"program\" is \"app\", expected an absolute path"),
                wrong("program: /a/../b", "unsafe-path", "line 1: the path \"a/../b\" could leave the root"),
                wrong("program: /a//b", "invalid-path", "line 1: the path \"a//b\" has a slash too many"),
                wrong("program: /", "invalid-value", "\"/\", expected an absolute path"),
                wrong("program: \"/a\\u0007b\"", "control-character", "has a control character"),
                wrong("program: /" + "n".repeat(256), "name-too-long", "a name of more than 255 bytes"),
                wrong(
                        "program: /app\nprogam: /b",
                        "unknown-key",
                        "line 2: there is no setting \"progam\"; did you mean"),
                wrong("program: /app\nmem: 1g", "unknown-key", "did you mean memory?"),
                wrong("program: /app\nxyzzy: 1", "unknown-key", "expected one of name, version"),
                wrong("program: /app\n\nmemory: 256", "impossible-setting", "line 3: the setting \"memory\" is 256, "),
                wrong("program: /app\nmemory: 256", "impossible-setting", "which is 256 bytes; write 256M"),
                wrong("program: /app\nwritable: 64", "impossible-setting", "which is 64 bytes; write 64M"),
                wrong("program: [/app]", "wrong-type", "\"program\" is a list"),
                wrong("program:", "wrong-type", "\"program\" is empty"),
                wrong("program: /app\nname: Web", "invalid-value", "line 2: \"name\" is \"Web\""),
                wrong("program: /app\nversion: 1 0", "invalid-value", "\"version\""),
                wrong(
                        "program: /app\nvolumes:\n  - /data\n  - /data",
                        "invalid-value",
                        "line 4: \"volumes[1]\" is \"/data\", expected an absolute path that the list does"
                                + " not have already"),
                wrong("program: /app\nports: [0]", "invalid-value", "line 2: \"ports[0]\" is \"0\""),
                wrong("program: /app\nports: [65536]", "invalid-value", "a port as in 80"),
                wrong("program: /app\nports: 80", "wrong-type", "expected a list"),
                wrong("program: /app\nmemory: lots", "invalid-value", "a size as in 512 MiB"),
                wrong("program: /app\nmemory: 9999999999 TiB", "invalid-value", "a size"),
                wrong("program: /app\ncpus: 0", "invalid-value", "a number from 1 to 1024"),
                wrong("program: /app\ncpus: x", "invalid-value", "a number from 1 to 1024"),
                wrong("program: /app\nenv: {A=B: c}", "invalid-value", "the name of a variable"),
                wrong("program: /app\nklibs: [../x]", "invalid-value", "the name of a klib"),
                wrong("program: /app\nkernel: {versions: '>'}", "invalid-value", "a range"),
                wrong("program: /app\nreadiness: {path: /}", "missing-field", "\"readiness.port\""),
                wrong("program: /app\nreadiness: {http: /}", "missing-field", "\"readiness.port\""),
                wrong("program: /app\nreadiness: {}", "missing-field", "\"readiness.port\""),
                wrong(
                        "program: /app\nreadiness: some",
                        "invalid-value",
                        "http and port, tcp, console, or the word none"),
                wrong("program: /app\nreadiness: {tcp: 1, console: x}", "invalid-value", "\"console and tcp\""),
                wrong("program: /app\nreadiness: {tcp: 1, port: 2}", "invalid-value", "\"port and tcp\""),
                wrong("program: /app\nreadiness: {http: /, path: /, port: 2}", "invalid-value", "one of: http"),
                wrong("program: /app\nreadiness: {tcp: 65536}", "invalid-value", "a port from 1 to 65535"),
                wrong("program: /app\nreadiness: {http: up, port: 2}", "invalid-value", "path of a URL"),
                wrong("program: /app\nreadiness: {console: ''}", "invalid-value", "a part of one line"),
                wrong("program: /app\nreadiness: {console: \"a\\nb\"}", "invalid-value", "a part of one line"),
                wrong("program: /app\nreadiness: {console: " + "x".repeat(257) + "}", "invalid-value", "256"),
                wrong("program: /app\nreadiness: {port: 80, path: x y}", "invalid-value", "path of a URL"),
                wrong("program: /app\nfiles: {etc: x}", "invalid-value", "an absolute path"),
                wrong("program: /app\nfiles: {/etc: ../x}", "unsafe-path", "\"../x\" could leave the root"),
                wrong("program: /app\nfiles:\n  /a: x\n  /a/: y", "duplicate-key", "line 4: the key \"files./a\""),
                wrong("program: /app\nfiles: {/etc: ''}", "invalid-value", "stays beside the settings file"),
                wrong("program: /app\nfiles: {/etc: /etc}", "invalid-value", "stays beside the settings file"),
                wrong("program: /app\nfiles: {/a: {}}", "invalid-value", "exactly one of from, root, text and link"),
                wrong("program: /app\nfiles: {/a: {text: x, link: y}}", "invalid-value", "2 origins"),
                wrong("program: /app\nfiles: {/a: {text: x, without: [y]}}", "invalid-value", "from or root"),
                wrong("program: /app\nfiles: {/a: {from: x, executable: true}}", "invalid-value", "beside text"),
                wrong("program: /app\nfiles: {/a: {from: x, layer: top}}", "invalid-value", "runtime, libs or config"),
                wrong("program: &a /app\nworkdir: *a", "malformed", "anchors, aliases and tags"),
                wrong("program: !!str /app", "malformed", "anchors, aliases and tags"),
                wrong("program: /app\n---\nprogram: /b", "trailing-data", "follows the document"),
                wrong("program: /app\n  x: [", "malformed", "not YAML"),
                wrong("", "malformed", "nothing in it"),
                wrong("- program", "wrong-type", "\"the file\" is a list"),
                wrong("? [a]\n: b", "wrong-type", "a key"),
                wrong("program: " + "[".repeat(40), "too-deep", "within each other"),
                wrong("\ufeffprogram: /app", "byte-order-mark", "byte order mark"));
    }

    @ParameterizedTest
    @MethodSource({"wrong", "wrongAboutResuming"})
    void refusesWithTheLineAndWhatWasExpected(String yaml, String code, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private static Arguments wrong(Object... arguments) {
        return Arguments.of(arguments);
    }

    private static FileRule rule(FileRule.Origin origin) {
        return new FileRule(origin, Optional.empty(), false);
    }

    private static PackageSettings read(String yaml) throws RefusedException {
        return PackageSettings.read(yaml.getBytes(StandardCharsets.UTF_8));
    }
}
