package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.journeys.CountingProxy.Lane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Server and client are killed with SIGKILL in the middle of what they do, and again, on every backend. A transfer is
/// held on a [CountingProxy] while its end is killed, so that it is for certain under way.
abstract class KillsContract extends RunningRegistry {

    private static final int KILLS = 2;
    private static final int PULLS = 400;
    private static final Pattern TOTAL = Pattern.compile("\"total\":\\s*([0-9]+)");
    private static final int EXIT_NOT_FOUND = 3;
    private static final int EXIT_NETWORK = 5;
    private static final int EXIT_KILLED = 128 + 9;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// The size of a page in bytes. Half of it is more than all kills together let pass.
    private static final int LARGE = 16_000_000;

    private static final int HELD_AFTER = 2_500_000;

    /// The bytes that must be on the disk before a client is killed.
    private static final int KEPT = 1_000_000;

    private CountingProxy proxy;
    private PkgCommand client;

    @BeforeAll
    void connect() throws IOException, InterruptedException {
        proxy = CountingProxy.to(registry.port());
        client = publisherAt(proxy.url()).with("PKG_RETRY_MILLIS", "1");
    }

    @AfterAll
    void disconnect() throws IOException {
        proxy.close();
    }

    @Test
    void aServerKilledDuringAPushKeepsWhatItAcknowledgedAndTakesTheRestAgain() throws Exception {
        Map<String, String> acknowledged = new LinkedHashMap<>();
        for (int i = 0; i < KILLS; i++) {
            String before = "1." + i + ".0";
            acknowledged.put(before, publishText("library/durable", before, "acknowledged before kill " + i));
            String cut = "1." + i + ".1";
            String built = built(client, "library/durable", cut, randomText(LARGE));

            Process push = inFlight(proxy.up(), client, "push", "library/durable:" + cut);
            registry.kill9();
            proxy.up().release();
            assertThat(ended(push)).isEqualTo(EXIT_NETWORK);
            registry.restart();

            assertThat(stranger().run("info", "durable:" + cut).exitCode()).isEqualTo(EXIT_NOT_FOUND);
            assertThat(printed(client.run("push", "library/durable:" + cut))).isEqualTo(built);
            acknowledged.put(cut, built);
        }
        assertThat(acknowledged).hasSize(2 * KILLS);
        PkgCommand stranger = stranger();
        for (Map.Entry<String, String> version : acknowledged.entrySet()) {
            assertThat(printed(stranger.run("get", "durable:" + version.getKey())))
                    .isEqualTo(version.getValue());
        }
    }

    @Test
    void aClientKilledDuringAPushPublishesNothingAndCanPushAgain() throws Exception {
        String built = built(client, "library/halfway", "1.0.0", randomText(LARGE));
        for (int i = 0; i < KILLS; i++) {
            Process push = inFlight(proxy.up(), client, "push", "library/halfway:1.0.0");
            kill9(push);
            proxy.up().release();
            assertThat(stranger().run("info", "halfway").exitCode()).isEqualTo(EXIT_NOT_FOUND);
        }
        assertThat(printed(client.run("push", "library/halfway:1.0.0"))).isEqualTo(built);
        assertThat(printed(stranger().run("get", "halfway:1.0.0"))).isEqualTo(built);
    }

    @Test
    void aClientKilledDuringAGetLeavesASoundShelfAndGoesOnWhereItWas() throws Exception {
        String pushed = publishText("library/large", "1.0.0", randomText(LARGE));
        Lane blobs = backend.blobs(proxy).down();
        long before = blobs.passed();
        PkgCommand.pkg().at(proxy.url()).run("get", "large:1.0.0").succeeded();
        long whole = blobs.passed() - before;

        Path home = Files.createTempDirectory("killed-home");
        PkgCommand killed = PkgCommand.pkg(home).at(proxy.url());
        for (int i = 0; i < KILLS; i++) {
            Process get = inFlight(blobs, killed, "get", "large:1.0.0");
            await(get, () -> find(home, f -> home.resolve("partial").equals(f.getParent()) && Files.size(f) >= KEPT));
            kill9(get);
            blobs.release();
            assertThat(killed.run("info", "large:1.0.0", "--offline").exitCode())
                    .isNotZero();
        }
        before = blobs.passed();
        assertThat(printed(killed.run("get", "large:1.0.0"))).isEqualTo(pushed);

        assertThat(blobs.passed() - before).isLessThan(whole - KEPT / 2);
        assertThat(killed.run("contents", "large:1.0.0", "--offline")
                        .succeeded()
                        .output())
                .contains("/srv/index.html");
    }

    @Test
    void aGetOutlivesAServerThatIsKilledAndComesBack() throws Exception {
        String pushed = publishText("library/patient", "1.0.0", randomText(LARGE));
        Lane blobs = backend.blobs(proxy).down();
        for (int i = 0; i < KILLS; i++) {
            PkgCommand patient = PkgCommand.pkg().at(proxy.url()).with("PKG_RETRY_MILLIS", "2000");
            Process get = inFlight(blobs, patient, "get", "patient:1.0.0");
            registry.kill9();
            blobs.release();
            registry.restart();
            assertThat(ended(get)).isZero();
            assertThat(printed(patient.run("get", "patient:1.0.0"))).isEqualTo(pushed);
        }
    }

    @Test
    void aServerKilledAmidDownloadsCountsEachOfThemOnce() throws Exception {
        publishText("library/counted", "1.0.0", "counted");
        try (NumberedPulls pulls = new NumberedPulls(registry, "library/counted", PULLS)) {
            for (int i = 0; i < KILLS; i++) {
                pulls.tryAll(PULLS / 10, registry::killWithDatabase);
                assertThat(pulls.left()).as("pulls that were cut").isPositive();
                registry.restart();
            }
            pulls.tryAll(pulls.left(), () -> {});
            assertThat(pulls.left()).isZero();
        }
        assertThat(downloads("library/counted")).isEqualTo(PULLS);
    }

    /// The downloads of a package, once as many as are expected are summed, or after a while.
    private long downloads(String name) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long total = -1;
        while (total < PULLS && System.nanoTime() < end) {
            Matcher found = TOTAL.matcher(registry.get("/api/v1/packages/" + name));
            assertThat(found.find()).isTrue();
            total = Long.parseLong(found.group(1));
        }
        return total;
    }

    @Test
    void aRunThatIsKilledLeavesNoMachineAndRunsAgain() throws Exception {
        publishWebServer("library/mortal", "1.0.0");
        publishKernel();
        PkgCommand stranger = stranger();
        stranger.run("image", "build", "mortal", "--kernel", "linux").succeeded();
        for (int i = 0; i < KILLS; i++) {
            Process run = stranger.start(
                    folder.resolve("mortal.console"), "run", "mortal", "--kernel", "linux", "-p", freePort() + ":8080");
            ProcessHandle machine = awaitMachine(run);
            kill9(run);
            assertThat(machine.onExit()).succeedsWithin(PATIENCE);
        }
        new RunningPackage(stranger, folder).answersAndStops("mortal", "linux", ANSWER);
    }

    @Test
    void anImageWhoseComposingIsKilledIsComposedAgain() throws Exception {
        publishText("library/composed", "1.0.0", randomText(4 * LARGE));
        publishKernel();
        Path home = Files.createTempDirectory("composed-home");
        PkgCommand stranger = PkgCommand.pkg(home).at(registry.url());
        String[] compose = {"image", "build", "composed", "--kernel", "linux"};
        stranger.run("get", "composed").succeeded();
        stranger.run("kernel", "get", "linux").succeeded();
        for (int i = 0; i < KILLS; i++) {
            Process composing = stranger.start(folder.resolve("composed.out"), compose);
            await(composing, () -> find(home, f -> f.getFileName().toString().startsWith(".draft-")));
            kill9(composing);
            assertThat(composing.exitValue()).isEqualTo(EXIT_KILLED);
        }
        Path image = Path.of(printed(stranger.run(compose)));
        assertThat(Path.of(printed(stranger().run(compose))).getFileName()).isEqualTo(image.getFileName());
        assertThat(image).isDirectory().isDirectoryContaining("glob:**/initrd*");
    }

    /// A command whose bytes on this lane are held in the middle.
    private Process inFlight(Lane lane, PkgCommand pkg, String... arguments) throws IOException, InterruptedException {
        lane.holdAfter(HELD_AFTER);
        Process process = pkg.start(folder.resolve("in-flight.out"), arguments);
        lane.awaitHeld();
        assertThat(process.isAlive()).isTrue();
        return process;
    }

    private static ProcessHandle awaitMachine(Process run) {
        return await(
                run,
                () -> run.descendants()
                        .filter(p -> p.info().command().orElse("").contains("qemu-system"))
                        .findFirst());
    }

    /// Looks until it is there, as long as the process lives.
    private static <T> T await(Process process, Supplier<Optional<T>> search) {
        while (process.isAlive()) {
            Optional<T> found = search.get();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the command ended with exit code " + process.exitValue() + " before it was seen");
    }

    private interface Condition {
        boolean holds(Path file) throws IOException;
    }

    /// A file or folder of the shelf that is as wanted; what vanishes meanwhile is not.
    private static Optional<Path> find(Path home, Condition condition) {
        try (Stream<Path> files = Files.walk(home, 4)) {
            for (Path file : files.toList()) {
                if (condition.holds(file)) {
                    return Optional.of(file);
                }
            }
        } catch (IOException | UncheckedIOException vanished) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
