package dev.unipkg.journeys;

import static dev.unipkg.journeys.RunningPackage.READY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.journeys.PkgCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Packages whose guests go on instead of booting, through real processes on Linux: a snapshot that is made in the
/// background or ahead, what resumes from it and what boots all the same, and a death in the middle.
class ResumeJourneyTest extends RunningRegistry {

    private static final Pattern RESUMED = Pattern.compile(" resumed, answers after [0-9]+ ms ");
    private static final String NOTE = "does not say that this is safe";
    private static final int EXIT_INTERRUPTED = 130;
    private static final int EXIT_REFUSED = 4;

    // The snapshot is made with what processor time others leave.
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private Path home;
    private PkgCommand pkg;

    @Override
    Backend backend() {
        return new Backend.Defaults();
    }

    @BeforeAll
    void publishLinux() throws Exception {
        publishKernel();
    }

    @BeforeEach
    void emptyShelf() throws IOException {
        home = Files.createTempDirectory(folder, "home");
        pkg = PkgCommand.pkg(home).at(registry.url());
    }

    private void publish(String name, String declaration) throws IOException, InterruptedException {
        Path source = text("library/" + name, "1.0.0", "<title>" + ANSWER + "</title>");
        Files.writeString(source.resolve("unipkg.yaml"), declaration, StandardOpenOption.APPEND);
        publisher.run("build", source.toString()).succeeded();
        publisher.run("push", "library/" + name + ":1.0.0").succeeded();
    }

    @Test
    void aPackageThatIsSafeResumesFromTheSnapshotThatIsMadeWhenItFirstAnswers() throws Exception {
        publish("resumable", "resume: safe\n");
        try (AnsweringPackage first = start("resumable").says(READY).answers(ANSWER)) {
            kill9MakerOfSnapshot();
            assertThat(snapshots(pkg)).isEmpty();
            assertThat(first.answers(ANSWER).stopped()).isEqualTo(EXIT_INTERRUPTED);
        }
        try (AnsweringPackage one = start("resumable", "--resume");
                AnsweringPackage other = start("resumable", "--resume")) {
            one.says(READY).answers(ANSWER);
            other.says(READY).answers(ANSWER);
            awaitSnapshot("resumable");
            assertThat(one.stopped()).isEqualTo(EXIT_INTERRUPTED);
            assertThat(other.stopped()).isEqualTo(EXIT_INTERRUPTED);
        }
        try (AnsweringPackage one = start("resumable");
                AnsweringPackage other = start("resumable")) {
            one.says(RESUMED);
            other.says(RESUMED);
            assertThat(one.answers(ANSWER).talk()).doesNotContain(NOTE);
            assertThat(one.stopped()).isEqualTo(EXIT_INTERRUPTED);
            assertThat(other.answers(ANSWER).stopped()).isEqualTo(EXIT_INTERRUPTED);
        }
        bootsWhereTheUserForbidsIt();
        resumesInTheBackgroundAndBootsWhenItIsRestarted();
        assertThat(snapshots(pkg)).hasSize(1);
        pkg.run("cache", "rm", "resumable").succeeded();
        assertThat(snapshots(pkg)).isEmpty();
    }

    private void bootsWhereTheUserForbidsIt() throws Exception {
        Path config = Files.writeString(home.resolve("config"), "resume = no\n");
        try (AnsweringPackage unwilling = start("resumable");
                AnsweringPackage told = start("resumable", "--no-resume")) {
            unwilling.says(READY);
            told.says(READY);
        }
        Files.delete(config);
    }

    private void resumesInTheBackgroundAndBootsWhenItIsRestarted() throws Exception {
        Result started =
                pkg.run("run", "-d", "--name", "web", "--kernel", "linux", "-p", freePort() + ":8080", "resumable");
        try {
            assertThat(printed(started)).isEqualTo("web");
            assertThat(started.talk()).containsPattern(RESUMED);
            assertThat(printed(pkg.run("ps"))).containsPattern("web +library/resumable:1.0.0 +up [0-9]+ seconds?");
            assertThat(pkg.run("logs", "web").succeeded().output()).doesNotContain("unipkg");
            assertThat(printed(pkg.run("stop", "web"))).isEqualTo("web");
            assertThat(pkg.run("wait", "web").exitCode()).isEqualTo(143);
            Result restarted = pkg.run("restart", "web").succeeded();
            assertThat(restarted.talk()).containsPattern(READY).doesNotContainPattern(RESUMED);
        } finally {
            pkg.run("rm", "-f", "web").succeeded();
        }
    }

    @Test
    void aPackageThatDeclaresNothingBootsUnlessItIsAskedToResume() throws Exception {
        publish("undeclared", "");
        PkgCommand shelf = stranger();
        shelf.run("get", "undeclared", "--warm").succeeded();
        assertThat(snapshots(shelf)).singleElement().asString().contains("library/undeclared:1.0.0");
        RunningPackage running = new RunningPackage(shelf, folder);
        assertThat(running.answersAndStops("undeclared", "linux", ANSWER)).isEqualTo(EXIT_INTERRUPTED);
        try (AnsweringPackage asked = AnsweringPackage.start(shelf, folder, "undeclared", "linux", "--resume")) {
            assertThat(asked.says(RESUMED).answers(ANSWER).stopped()).isEqualTo(EXIT_INTERRUPTED);
            assertThat(asked.talk()).contains(NOTE);
        }
    }

    @Test
    void aPackageThatForbidsItIsNeverResumed() throws Exception {
        publish("unique", "resume: never\n");
        PkgCommand shelf = stranger();
        for (String[] asking : new String[][] {
            {"run", "unique", "--resume", "-p", freePort() + ":8080"},
            {"get", "unique", "--warm"},
            {"image", "build", "unique", "--warm"}
        }) {
            Result refused = shelf.run(asking);
            assertThat(refused.exitCode()).as(refused.talk()).isEqualTo(EXIT_REFUSED);
            assertThat(refused.output()).isEmpty();
            assertThat(refused.talk())
                    .contains("library/unique:1.0.0 says that its guests must never be resumed")
                    .contains("leave out " + (asking[0].equals("run") ? "--resume" : "--warm"));
        }
        assertThat(snapshots(shelf)).isEmpty();
    }

    @Test
    void anImageThatIsBuiltWarmResumesAtItsFirstRun() throws Exception {
        publish("warmed", "resume: safe\n");
        PkgCommand shelf = stranger();
        shelf.run("image", "build", "warmed", "--kernel", "linux", "--warm").succeeded();
        try (AnsweringPackage first = AnsweringPackage.start(shelf, folder, "warmed", "linux")) {
            assertThat(first.says(RESUMED).answers(ANSWER).stopped()).isEqualTo(EXIT_INTERRUPTED);
        }
    }

    private AnsweringPackage start(String name, String... more) throws IOException {
        return AnsweringPackage.start(pkg, folder, name, "linux", more);
    }

    /// Kills the pkg that makes a snapshot in the background when its machine runs, which ends by that.
    private void kill9MakerOfSnapshot() {
        ProcessHandle machine = awaited(
                "a machine out of sight",
                () -> makers().flatMap(ProcessHandle::descendants)
                        .filter(process -> process.info().command().orElse("").contains("qemu-system"))
                        .findFirst());
        ProcessHandle maker = makers().findFirst().orElseThrow();
        assertThat(maker.destroyForcibly()).isTrue();
        assertThat(machine.onExit()).succeedsWithin(PATIENCE);
        assertThat(maker.onExit()).succeedsWithin(PATIENCE);
    }

    private Stream<ProcessHandle> makers() {
        return ProcessHandle.allProcesses().filter(process -> {
            List<String> words = List.of(process.info().arguments().orElse(new String[0]));
            return words.contains("--template") && words.contains("--registry=" + registry.url());
        });
    }

    private void awaitSnapshot(String name) {
        String line = awaited("a snapshot", () -> {
            // Looking all the time would take the time that the maker needs.
            makers().forEach(maker -> assertThat(maker.onExit()).succeedsWithin(PATIENCE));
            return snapshots(pkg).stream().findFirst();
        });
        assertThat(line).contains("library/" + name + ":1.0.0");
    }

    private static <T> T awaited(String what, Supplier<Optional<T>> search) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Optional<T> found = search.get();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.onSpinWait();
        }
        throw new AssertionError(what + " was not seen within " + PATIENCE.toSeconds() + " s");
    }

    /// The lines of `pkg cache ls` that tell of snapshots.
    private static List<String> snapshots(PkgCommand pkg) {
        return pkg.run("cache", "ls")
                .succeeded()
                .output()
                .lines()
                .filter(line -> line.startsWith("snapshot"))
                .toList();
    }
}
