package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tutorials, command by command as they are printed, up to the answer of the machine. Only the folder `/tmp`, the
/// port of this machine, and the registry and its key are those of the test.
class TutorialsTest extends RunningRegistry {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern RUN = Pattern.compile("\\./unipkg pkg (run .*)");
    private static final Pattern READY = Pattern.compile(" is ready after ");
    private static final Pattern OWN_PORT = Pattern.compile("-p ([0-9]+):");

    /// Steps that the test has done already: a registry that is open, and a key that is kept.
    private static final Pattern DONE = Pattern.compile("\\./unipkg (serve|pkg login).*|administrator key: .*");

    @Override
    Backend backend() {
        return new Backend.Defaults();
    }

    @ParameterizedTest
    @CsvSource({
        "first-package.md, apt-get, Hello from a machine of its own",
        "go-app.md, go, Hello from Go in a machine of its own",
        "node-app.md, node, Hello from Node in a machine of its own",
        "python-app.md, python3, Hello from Python in a machine of its own",
    })
    void everyCommandWorksAndTheMachineAnswers(String tutorial, String tool, String answer) throws Exception {
        assumeTrue(isOnThePath(tool), tutorial + " needs " + tool + ", which is not on this machine");
        if (!tutorial.equals("first-package.md")) {
            publishKernel();
        }
        Path temporary = Files.createTempDirectory(folder, "tutorial");
        int port = freePort();
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        String run = "";
        for (String line : commands(tutorial)) {
            Matcher running = RUN.matcher(line);
            if (running.matches()) {
                run = running.group(1);
            } else if (!DONE.matcher(line).matches()) {
                (run.isEmpty() ? before : after).add(line);
            }
        }
        Matcher named = OWN_PORT.matcher(run);
        assertThat(named.find()).as(run).isTrue();
        String script = String.join("\n", before).replace("/tmp/", temporary + "/");
        String ask = String.join("\n", after).replace("localhost:" + named.group(1), "127.0.0.1:" + port);

        assertThat(bash(script, temporary).waitFor()).as(said(temporary)).isZero();

        Path console = Files.createTempFile(folder, "tutorial", ".console");
        Process machine = publisher.start(named.replaceFirst("-p " + port + ":").split(" "));
        try {
            ProcessLog.awaitLine(machine, console, READY, PATIENCE);
            assertThat(bash(ask, temporary).waitFor()).as(said(temporary)).isZero();
            assertThat(said(temporary)).as(Files.readString(console)).contains(answer);
        } finally {
            machine.destroy();
            if (!machine.waitFor(PATIENCE)) {
                kill9(machine);
            }
        }
    }

    /// The lines of the document that are set as commands.
    private static List<String> commands(String tutorial) throws IOException {
        Path document = HouseDocument.HOUSE.resolve("docs/tutorial").resolve(tutorial);
        return Files.readString(document)
                .lines()
                .filter(line -> line.startsWith("    "))
                .map(line -> line.substring(4))
                .toList();
    }

    /// Runs a script in a folder in which `./unipkg pkg` is the packed client with the publisher's home.
    private Process bash(String script, Path temporary) throws IOException {
        Path front = Files.createDirectories(temporary.resolve("checkout"));
        Path unipkg = front.resolve("unipkg");
        Files.writeString(unipkg, "#!/bin/sh\nshift\nexec " + PkgCommand.LAUNCHER + " \"$@\"\n");
        if (!unipkg.toFile().setExecutable(true)) {
            throw new IOException("not allowed to make " + unipkg + " executable");
        }
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(front.toFile())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("said").toFile());
        builder.environment().putAll(publisher.environment());
        return builder.start();
    }

    private static String said(Path temporary) throws IOException {
        return Files.exists(temporary.resolve("said")) ? Files.readString(temporary.resolve("said")) : "";
    }

    private static boolean isOnThePath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .anyMatch(Files::isExecutable);
    }
}
