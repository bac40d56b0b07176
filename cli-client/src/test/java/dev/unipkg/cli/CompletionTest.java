package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.machine.instance.SampleInstance;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleKernel;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Completion of what the shelf has and the registry told before, as candidates and in real shells.
@Timeout(120)
class CompletionTest {
    @TempDir
    Path temp;

    private Path home;
    private PkgCommand pkg;
    private String registry;

    @BeforeEach
    void fillTheShelf() throws IOException {
        home = temp.resolve("home");
        try (FakeRegistry told = new FakeRegistry()) {
            registry = told.url();
            pkg = PkgCommand.at(home, told);
            new SampleVersion("1.0", 5000, Arch.X86_64).publish(told, "acme/tool", "1.0");
            SampleKernel.publish(told, "6.1", "stable");
            told.answers.put(
                    "/api/v1/packages?limit=50",
                    "{\"packages\":[{\"name\":\"library/nginx\",\"latest\":\"1.22\",\"archs\":[\"x86_64\"]}]}");
            assertThat(pkg.run("get", "acme/tool:1.0", "--arch", "x86_64").exit())
                    .isZero();
            assertThat(pkg.run("kernel", "get", "linux", "--arch", "x86_64").exit())
                    .isZero();
            assertThat(pkg.run("list").exit()).isZero();
        }
        SampleInstance.ended(home, "web", 0);
        SampleInstance.ended(home, "worker", 0);
    }

    // The registry is gone by now, so a candidate that asked it would be missing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "re | restart",
                "kernel l | list",
                "get | acme/tool nginx",
                "get n | nginx",
                "get library/n | library/nginx",
                "run acme/tool: | acme/tool:1.0",
                "run nginx --kernel lin | linux linux:6.1 linux:stable",
                "run nginx --kernel=linux:6 | --kernel=linux:6.1",
                "run --arch | ",
                "run nginx --arch a | arm64",
                "run --det | --detach",
                "run nginx -- x | ",
                "stop w | web worker",
                "stop --grace 5 web wo | worker",
                "logs -f we | web",
                "list --output t | text",
                "completion | bash fish zsh",
                "run --accel | ",
                "run --accel= | --accel=auto --accel=kvm --accel=tcg",
                "build ./my | FILES",
                "cache rm kernels/linux: | kernels/linux:6.1 kernels/linux:stable",
                "com | completion",
                "nope | "
            })
    void theLastWordIsCompletedFromWhatIsKnownHere(String line, String expected) {
        List<String> words = new ArrayList<>(List.of("complete-words", "--"));
        words.addAll(List.of(line.split(" ")));
        if (List.of("get", "completion").contains(line)) {
            words.add("");
        }
        Result result = pkg.run(words.toArray(String[]::new));

        assertThat(result.exit()).as(result.err()).isZero();
        List<String> candidates = result.out().lines().toList();
        if (expected == null) {
            assertThat(candidates).allMatch(candidate -> candidate.startsWith("--a"));
        } else {
            assertThat(candidates).containsExactly(expected.split(" "));
        }
    }

    @Test
    void completionOnABareMachineMakesNothing() throws IOException {
        Path bare = Files.createDirectory(temp.resolve("bare"));
        assertThat(PkgCommand.at(bare, registry).run("complete-words", "--", "run", ""))
                .isEqualTo(new Result(0, "", ""));
        assertThat(bare).isEmptyDirectory();
    }

    @Test
    void bashCompletesNamesAndVersionsBehindAColon() throws Exception {
        String complete = """
            source <(pkg completion bash)
            for line in "pkg get n" "pkg run acme/tool:" "pkg stop w" "pkg run --kernel=linux:6" "pkg ke"; do
              COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
              _pkg
              echo "${COMPREPLY[@]}"
            done
            """;
        assertThat(shell("bash", "--norc", "-c", complete)).isEqualTo("""
            nginx
            1.0
            web worker
            6.1
            kernel key
            """);
    }

    @Test
    void fishCompletesNamesAndVersions() throws Exception {
        requireShell("fish");
        String complete = """
            pkg completion fish | source
            complete -C "pkg get n"
            complete -C "pkg run acme/tool:"
            complete -C "pkg stop w"
            """;
        assertThat(shell("fish", "--no-config", "-c", complete)).isEqualTo("""
            nginx
            acme/tool:1.0
            web
            worker
            """);
    }

    // Zsh completes only on a terminal, so it gets one, and the offers of its function are printed.
    @ParameterizedTest
    @ValueSource(strings = {"get n=nginx", "run acme/tool:=acme/tool:1.0", "stop w=web worker"})
    void zshOffersNamesAndVersions(String lineAndOffer) throws Exception {
        requireShell("zsh");
        String[] parts = lineAndOffer.split("=");
        String complete = """
            compdef() { : }
            source <(pkg completion zsh)
            compadd() { print -r -- "${@[2,-1]}" }
            words=(pkg %s) CURRENT=3 PREFIX='%s'
            _pkg
            """.formatted(parts[0], parts[0].split(" ")[1]);
        assertThat(shell("zsh", "-f", "-c", complete)).isEqualTo(parts[1] + "\n");
    }

    private static void requireShell(String name) throws Exception {
        assumeTrue(
                new ProcessBuilder("sh", "-c", "command -v " + name).start().waitFor() == 0,
                name + " is not installed; on Debian: apt-get install " + name);
    }

    // With a pkg on the PATH that runs the classes under test.
    private String shell(String... command) throws Exception {
        Path bin = Files.createDirectories(temp.resolve("bin"));
        List<String> line = pkg.process().command();
        StringBuilder script = new StringBuilder("#!/bin/sh\nexec");
        line.forEach(word -> script.append(" '").append(word).append('\''));
        Path program = Files.writeString(bin.resolve("pkg"), script + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(pkg.environment());
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        builder.environment().put("HOME", temp.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
