package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.machine.instance.SampleInstance;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands that see, stop and remove instances, whose machines are processes that sleep.
@Timeout(60)
class InstancesTest {
    @TempDir
    Path home;

    private Process machine;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        machine = new ProcessBuilder("sleep", "600").start();
        pkg = PkgCommand.at(home, "http://127.0.0.1:1");
    }

    @AfterEach
    void stop() {
        machine.destroyForcibly();
    }

    @Test
    void psListsRunningInstancesAndAllOnesWithTheirExitCodes() throws IOException {
        SampleInstance.running(home, "web", machine);
        SampleInstance.ended(home, "job", 4);

        assertThat(pkg.run("ps").out()).matches("""
                NAME +PACKAGE +STATUS +MEMORY +PORTS
                web +library/nginx:1.22 +up \\d seconds? +256M +127.0.0.1:8080 → 80, 0.0.0.0:53 → 53/udp
                """);
        assertThat(pkg.run("ps", "-a").out())
                .containsPattern("job +library/nginx:1.22 +ended (just now|\\d seconds? ago), exit code 4 ");
        assertThat(pkg.run("ps", "--output", "json").out())
                .contains("\"name\": \"web\"", "\"status\": \"running\"", "\"pid\": " + machine.pid())
                .containsPattern("\"started\": \"20..-..-..T[0-9:.]+Z\"")
                .doesNotContain("job");
    }

    @Test
    void psOfNothingSaysSoAndSucceeds() {
        assertThat(pkg.run("ps"))
                .isEqualTo(new Result(0, "", "no instances run; pkg ps -a shows those that have ended, too\n"));
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void instanceWhoseProcessNumberAnotherProcessHasIsOver() throws IOException {
        Path folder = SampleInstance.running(home, "web", machine);
        Path record = folder.resolve("instance.json");
        String now = Files.readString(record);
        Files.writeString(record, now.replaceAll("\"ticks\": (\\d+)", "\"ticks\": 7"));

        assertThat(pkg.run("ps", "-a").out()).contains("exit code unknown (unknown)");
    }

    @Test
    void instanceOfAnEarlierStartOfTheHostIsOver() throws IOException {
        Path folder = SampleInstance.running(home, "web", machine);
        Path record = folder.resolve("instance.json");
        Files.writeString(record, Files.readString(record).replaceAll("\"boot\": \"[^\"]+\"", "\"boot\": \"before\""));

        assertThat(pkg.run("ps", "-a").out()).contains("exit code unknown (host-down)");
        Result waited = pkg.run("wait", "web");
        assertThat(waited.exit()).isEqualTo(6);
        assertThat(waited.err()).isEqualTo("pkg: web ended with this host, without an exit code\n");
        assertThat(pkg.run("kill", "web").err()).isEqualTo("web has ended already\n");
        assertThat(machine.isAlive()).isTrue();
    }

    @Test
    void instanceOfANewerPkgIsShownAndLeftAlone() throws IOException {
        Path folder = SampleInstance.ended(home, "web", 0);
        Files.writeString(folder.resolve("instance.json"), "{\"format\": 2, \"colour\": \"blue\"}");

        assertThat(pkg.run("ps", "-a").out()).containsPattern("web +- +made by a newer pkg \\(format 2\\)");
        for (String verb : List.of("stop", "kill", "logs", "wait", "inspect", "restart", "rm")) {
            assertThat(pkg.run(verb, "web")).as(verb).isEqualTo(new Result(4, "", """
                    pkg: web was made by a newer pkg: its record has format 2, and this pkg knows 1
                      next: use that pkg
                    """));
        }
        assertThat(pkg.run("rm", "-f", "web").exit()).isEqualTo(4);
        assertThat(folder).exists();
    }

    @Test
    void recordThatIsCutOffIsShownAndRemovedOnlyByForce() throws IOException {
        Path folder = SampleInstance.ended(home, "web", 0);
        Path record = folder.resolve("instance.json");
        Files.writeString(record, Files.readString(record).substring(0, 100));

        assertThat(pkg.run("ps", "-a").out()).containsPattern("web +- +its record is damaged");
        Result removed = pkg.run("rm", "web");
        assertThat(removed.exit()).isEqualTo(1);
        assertThat(removed.err())
                .startsWith("pkg: the record of web is damaged: ")
                .endsWith("  next: remove it all the same: pkg rm -f web\n");
        assertThat(pkg.run("rm", "-f", "web")).isEqualTo(new Result(0, "web\n", ""));
        assertThat(folder).doesNotExist();
    }

    @Test
    void folderThatCannotBeEmptiedAtOnceIsNoInstanceAnyMore() throws IOException {
        Path folder = SampleInstance.ended(home, "web", 0);
        Files.createDirectories(folder.resolve("filled").resolve("meanwhile"));

        assertThat(pkg.run("rm", "web")).isEqualTo(new Result(0, "web\n", ""));
        assertThat(pkg.run("ps", "-a").out()).doesNotContain("web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkfifo R", "ln -s /dev/zero R", "truncate -s 3G R", "mkdir R"})
    void recordThatIsNoSmallFileIsDamagedAndReadNoFurther(String command) throws Exception {
        Path folder = SampleInstance.ended(home, "web", 0);
        Path record = folder.resolve("instance.json");
        Files.delete(record);
        String script = command.replace("R", record.toString());
        assertThat(new ProcessBuilder("sh", "-c", script).start().waitFor()).isZero();

        assertThat(pkg.run("ps", "-a").out()).containsPattern("web +- +its record is damaged");
        assertThat(pkg.run("complete-words", "--", "stop", "w").exit()).isZero();
        assertThat(pkg.run("rm", "-f", "web")).isEqualTo(new Result(0, "web\n", ""));
    }

    @Test
    void entryThatIsNoInstanceIsNeitherListedNorCompleted() throws IOException {
        Path folder = SampleInstance.ended(home, "web", 0);
        for (String name : List.of("$(reboot)", "a b", "Upper", "x;y")) {
            Files.createDirectory(folder.resolveSibling(name));
            Files.copy(
                    folder.resolve("instance.json"), folder.resolveSibling(name).resolve("instance.json"));
        }
        Files.createSymbolicLink(folder.resolveSibling("linked"), folder);

        assertThat(pkg.run("ps", "-a").out().lines()).hasSize(2);
        assertThat(pkg.run("complete-words", "--", "logs", "").out()).isEqualTo("web\n");
        assertThat(pkg.run("rm", "linked").exit()).isEqualTo(3);
    }

    @Test
    void instanceOfAnotherUserIsShownAndLeftAlone() throws Exception {
        Path folder = SampleInstance.running(home, "web", machine);
        assumeTrue(
                new ProcessBuilder("chown", "nobody", folder.toString()).start().waitFor() == 0,
                "only root may give a folder to another user");

        assertThat(pkg.run("ps").out()).containsPattern("web +- +of the user nobody");
        for (String verb : List.of("stop", "kill", "rm")) {
            assertThat(pkg.run(verb, "web")).as(verb).isEqualTo(new Result(4, "", """
                    pkg: web is an instance of the user nobody
                      next: only nobody may work on it
                    """));
        }
        assertThat(machine.isAlive()).isTrue();
    }

    @Test
    void machineThatDoesNotEndWithinItsGraceIsKilled() throws Exception {
        SampleInstance.running(home, "web", machine);

        Result stopped = pkg.run("stop", "--grace", "0", "web");

        assertThat(stopped).isEqualTo(new Result(0, "web\n", "killed web: it did not end within 0 s\n"));
        assertThat(machine.waitFor()).isEqualTo(137);
        assertThat(pkg.run("wait", "web")).isEqualTo(new Result(137, "137\n", ""));
    }

    @Test
    void killEndsSeveralMachinesAndNamesTheOneThatIsNotThere() throws Exception {
        SampleInstance.running(home, "web", machine);

        Result killed = pkg.run("kill", "nope", "web");

        assertThat(machine.waitFor()).isEqualTo(137);
        assertThat(killed).isEqualTo(new Result(3, "", """
                done: web
                pkg: there is no instance nope
                  next: see which there are with: pkg ps -a
                """));
        assertThat(pkg.run("ps", "-a").out()).contains("exit code 137 (killed)");
    }

    @Test
    void rmOfARunningInstanceIsRefusedUnlessForced() throws Exception {
        Path folder = SampleInstance.running(home, "web", machine);

        assertThat(pkg.run("rm", "web")).isEqualTo(new Result(4, "", """
                pkg: web runs
                  next: stop it first: pkg stop web, or kill and remove it: pkg rm -f web
                """));
        assertThat(pkg.run("rm", "-f", "web", "--output", "json").out()).isEqualTo("""
                {
                  "names": [
                    "web"
                  ]
                }
                """);
        assertThat(machine.waitFor()).isEqualTo(137);
        assertThat(folder).doesNotExist();
    }

    @Test
    void rmOfAllThatHaveEndedLeavesWhatRuns() throws IOException {
        Path running = SampleInstance.running(home, "web", machine);
        SampleInstance.ended(home, "one", 0);
        SampleInstance.ended(home, "two", 1);

        assertThat(pkg.run("rm", "--ended")).isEqualTo(new Result(0, "one\ntwo\n", ""));
        assertThat(running).exists();
        assertThat(pkg.run("rm").exit()).isEqualTo(2);
        assertThat(pkg.run("rm", "--ended", "web").exit()).isEqualTo(2);
    }

    @Test
    void ofManyRmAtOnceExactlyOneRemovesAndTheOthersSayThatItIsGone() throws Exception {
        SampleInstance.ended(home, "web", 0);
        int racers = 8;
        CountDownLatch begin = new CountDownLatch(1);
        List<Result> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(racers)) {
            List<Future<Result>> removals = new ArrayList<>();
            Callable<Result> removal = () -> {
                begin.await();
                return pkg.run("rm", "web");
            };
            for (int i = 0; i < racers; i++) {
                removals.add(threads.submit(removal));
            }
            begin.countDown();
            for (Future<Result> each : removals) {
                results.add(each.get());
            }
        }

        assertThat(results).filteredOn(result -> result.exit() == 0).hasSize(1);
        assertThat(results)
                .filteredOn(result -> result.exit() != 0)
                .allSatisfy(result -> assertThat(result.err()).startsWith("pkg: there is no instance web\n"))
                .allSatisfy(result -> assertThat(result.exit()).isEqualTo(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs", "stop", "kill", "rm", "wait", "inspect", "restart"})
    void anInstanceThatIsGoneIsNotFound(String verb) {
        assertThat(pkg.run(verb, "web")).isEqualTo(new Result(3, "", """
                pkg: there is no instance web
                  next: see which there are with: pkg ps -a
                """));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "../web", "Web", "", ".lock", "a b"})
    void aNameOutsideTheGrammarIsAUsageError(String name) {
        for (String verb : List.of("stop", "kill", "logs", "wait", "inspect", "restart", "rm")) {
            Result result = pkg.run(verb, "--", name);

            assertThat(result.exit()).as(verb).isEqualTo(2);
            assertThat(result.err())
                    .isEqualTo(
                            "pkg: <instance>: not a name of an instance: \"%s\"; expected lowercase letters and digits, with"
                                            .formatted(name)
                                    + " single . or - between them, at most 64 characters\n  next: see: pkg " + verb
                                    + " --help\n");
        }
    }

    @Test
    void logsPassOnTheConsoleWithoutTheLineThatIsForPkg() throws IOException {
        SampleInstance.ended(home, "web", 4);

        assertThat(pkg.run("logs", "web")).isEqualTo(new Result(0, "hello\n", ""));
    }

    @Test
    void followedLogsGoThroughTheFilesWhileTheyAreRotatedAndEndWithTheInstance() throws Exception {
        Path folder = SampleInstance.running(home, "web", machine);
        Path console = folder.resolve("console.log");
        Files.writeString(folder.resolve("console.earlier.log"), "first\n");
        Files.writeString(console, "second\n");
        Process logs = pkg.start("logs", "-f", "web");
        try (BufferedReader lines = logs.inputReader(UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("first");
            assertThat(lines.readLine()).isEqualTo("second");
            Files.writeString(console, "third\n", StandardOpenOption.APPEND);
            assertThat(lines.readLine()).isEqualTo("third");
            Files.writeString(console, "fourth\n", StandardOpenOption.APPEND);
            Files.move(console, folder.resolve("console.earlier.log"), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(console, "fifth\n");
            assertThat(lines.readLine()).isEqualTo("fourth");
            assertThat(lines.readLine()).isEqualTo("fifth");
            machine.destroyForcibly();
            assertThat(lines.readLine()).isNull();
        }
        assertThat(logs.waitFor()).isZero();
    }

    @Test
    void followedLogsEndWhenTheirReaderLeaves() throws Exception {
        Path folder = SampleInstance.running(home, "web", machine);
        Path console = Files.writeString(folder.resolve("console.log"), "hello\n");
        Process logs = pkg.start("logs", "-f", "web");
        try (BufferedReader lines = logs.inputReader(UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("hello");
        }
        Files.writeString(console, "more\n", StandardOpenOption.APPEND);

        assertThat(logs.waitFor()).isZero();
        assertThat(machine.isAlive()).isTrue();
    }

    @Test
    void inspectShowsStateAndRecord() throws IOException {
        SampleInstance.running(home, "web", machine);

        assertThat(pkg.run("inspect", "web").out())
                .startsWith("{\n  \"state\": {\n    \"name\": \"web\",\n    \"status\": \"running\"")
                .contains("\"record\": {\n    \"format\": 1,");
        assertThat(pkg.run("inspect", "web")).isEqualTo(pkg.run("inspect", "web", "--output", "json"));
    }
}
