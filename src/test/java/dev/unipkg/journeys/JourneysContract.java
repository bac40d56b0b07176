package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.journeys.PkgCommand.Result;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The two journeys, and what can go wrong on the way, through real processes: the packaged server, the packed
/// client, real machines. Run on every backing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JourneysContract {

    private static final Random RANDOM = new Random(7);
    private static final String ANSWER = "Hello from a machine of its own";

    private static final Path TINY_SERVER =
            Path.of("../../cli-client/src/test/resources/dev/unipkg/cli/machine/tiny-server");

    @TempDir
    Path folder;

    private Backing backing;
    private House house;
    private PkgCommand publisher;

    abstract Backing backing() throws IOException, InterruptedException;

    @BeforeAll
    void open() throws IOException, InterruptedException {
        backing = backing();
        house = House.open(backing);
        publisher = PkgCommand.pkg().at(house.url());
        publisher
                .runWithInput(house.administratorKey() + "\n", "login", "--key-stdin")
                .succeeded();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        house.close();
        backing.close();
    }

    private PkgCommand stranger() {
        return PkgCommand.pkg().at(house.url());
    }

    // ---- the journeys

    @Test
    void aPackageIsPushedFetchedComposedAndBootedOnLinuxAndAnswers() throws Exception {
        publishWebServer("library/hello", "1.0.0");
        publisher
                .run("kernel", "push", "linux", DebianFiles.kernel().toString())
                .succeeded();

        PkgCommand stranger = stranger();
        stranger.run("get", "hello").succeeded();
        assertAnswersTwice(stranger, "hello", ANSWER, "linux");
    }

    @Test
    void aPackageIsBootedOnNanosAndAnswers() throws Exception {
        String release = System.getenv("UNIPKG_NANOS_RELEASE");
        assumeTrue(
                release != null && !release.isBlank(), "UNIPKG_NANOS_RELEASE names no Nanos release tarball to boot");
        publishTinyServer("library/hello-nanos", "1.0.0");
        publisher.run("kernel", "push", "nanos", release).succeeded();

        assertAnswersTwice(stranger(), "hello-nanos", "hi", "nanos");
    }

    @Test
    void whatIsOnTheShelfRunsWithoutTheRegistry() throws Exception {
        publishWebServer("library/offline", "1.0.0");
        publisher
                .run("kernel", "push", "linux", DebianFiles.kernel().toString())
                .succeeded();
        PkgCommand stranger = stranger();
        stranger.run("get", "offline").succeeded();
        stranger.run("kernel", "get", "linux").succeeded();
        stranger.run("image", "build", "offline", "--kernel", "linux").succeeded();

        house.stop();
        try {
            assertAnswersTwice(stranger, "offline", ANSWER, "linux", "--offline");
        } finally {
            house.restart();
        }
    }

    /// Boots the package, waits for its answer, stops it with Ctrl-C; then once more with what is on the shelf.
    private void assertAnswersTwice(PkgCommand pkg, String name, String answer, String kernel, String... more)
            throws Exception {
        for (int i = 0; i < 2; i++) {
            int port = freePort();
            Path console = folder.resolve(name + kernel + i + ".console");
            List<String> line = new ArrayList<>(List.of("run", name, "--kernel", kernel, "-p", port + ":8080"));
            line.addAll(List.of(more));
            Process machine = pkg.start(console, line.toArray(String[]::new));
            try {
                assertThat(answer(machine, port, console)).contains(answer);
                // SIGINT, as Ctrl-C sends it.
                new ProcessBuilder("kill", "-INT", Long.toString(machine.pid()))
                        .start()
                        .waitFor();
                assertThat(machine.waitFor(30, TimeUnit.SECONDS))
                        .as(Files.readString(console))
                        .isTrue();
            } finally {
                machine.destroyForcibly().waitFor();
            }
        }
    }

    private static String answer(Process machine, int port, Path console) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .timeout(Duration.ofMillis(500))
                    .build();
            while (System.nanoTime() < deadline && machine.isAlive()) {
                try {
                    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
                    if (response.statusCode() == 200) {
                        return response.body();
                    }
                } catch (IOException notYet) {
                    Thread.sleep(20);
                }
            }
        }
        throw new AssertionError("no answer from the machine:\n" + Files.readString(console));
    }

    // ---- twice, and at once

    @Test
    void whatWasPushedIsWhatIsFetchedAndASecondTimeChangesNothing() throws Exception {
        Path source = text("library/same", "1.0.0", "the same");
        String built =
                publisher.run("build", source.toString()).succeeded().output().strip();
        assertThat(publisher
                        .run("build", source.toString())
                        .succeeded()
                        .output()
                        .strip())
                .isEqualTo(built);

        String pushed =
                publisher.run("push", "library/same:1.0.0").succeeded().output().strip();
        assertThat(publisher
                        .run("push", "library/same:1.0.0")
                        .succeeded()
                        .output()
                        .strip())
                .isEqualTo(pushed);
        assertThat(pushed).isEqualTo(built);

        PkgCommand stranger = stranger();
        assertThat(stranger.run("get", "same:1.0.0").succeeded().output().strip())
                .isEqualTo(pushed);
        assertThat(stranger.run("get", "same:1.0.0").succeeded().output().strip())
                .isEqualTo(pushed);
    }

    @Test
    void ofManyWhoPushDifferentThingsAsOneVersionExactlyOneWins() throws Exception {
        int racers = 4;
        List<Callable<Result>> pushes = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            Path source = text("library/race", "1.0.0", "racer " + i);
            PkgCommand racer = PkgCommand.pkg().at(house.url());
            racer.runWithInput(house.administratorKey() + "\n", "login", "--key-stdin")
                    .succeeded();
            racer.run("build", source.toString()).succeeded();
            pushes.add(() -> racer.run("push", "library/race:1.0.0"));
        }
        List<Result> results = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(racers)) {
            for (Future<Result> done : pool.invokeAll(pushes)) {
                results.add(done.get());
            }
        }
        List<Result> winners = results.stream().filter(r -> r.exitCode() == 0).toList();
        assertThat(winners).as(results.toString()).hasSize(1);
        String won = winners.getFirst().output().strip();
        assertThat(results).filteredOn(r -> r.exitCode() != 0).allSatisfy(lost -> {
            assertThat(lost.exitCode()).isEqualTo(4);
            assertThat(lost.talk()).contains(won);
        });
        assertThat(stranger().run("get", "race:1.0.0").succeeded().output().strip())
                .isEqualTo(won);
    }

    @Test
    void twoClientsOnOneShelfDoNoHarm() throws Exception {
        String pushed = publishText("library/shared", "1.0.0", "x".repeat(3_000_000));
        Path home = Files.createTempDirectory("shared-home");
        List<Callable<Result>> gets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gets.add(() -> PkgCommand.pkg(home).at(house.url()).run("get", "shared:1.0.0"));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (Future<Result> done : pool.invokeAll(gets)) {
                assertThat(done.get().succeeded().output().strip()).isEqualTo(pushed);
            }
        }
    }

    // ---- killed in the middle

    @Test
    void aServerThatIsKilledLosesNothingItAcknowledged() throws Exception {
        Map<String, String> acknowledged = new LinkedHashMap<>();
        for (int round = 0; round < 3; round++) {
            int delayMs = 300 + RANDOM.nextInt(900);
            Thread killer = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(delayMs);
                    house.kill9();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            for (int i = 0; i < 4; i++) {
                String version = "1." + round + "." + i;
                publisher
                        .run(
                                "build",
                                text("library/durable", version, "round " + round + " " + "y".repeat(500_000 + i))
                                        .toString())
                        .succeeded();
                Result push = publisher.run("push", "library/durable:" + version);
                if (push.exitCode() == 0) {
                    acknowledged.put(version, push.output().strip());
                } else {
                    break;
                }
            }
            killer.join();
            house.restart();
        }
        // Whatever was cut off can be pushed again, and whatever was acknowledged is there.
        Result again = publisher.run("push", "library/durable:1.2.0");
        if (again.exitCode() == 0) {
            acknowledged.put("1.2.0", again.output().strip());
        }
        PkgCommand stranger = stranger();
        acknowledged.forEach((version, digest) -> assertThat(stranger.run("get", "durable:" + version)
                        .succeeded()
                        .output()
                        .strip())
                .isEqualTo(digest));
        assertThat(publishText("library/durable", "9.0.0", "after all of it")).startsWith("sha256:");
    }

    @Test
    void aClientThatIsKilledLeavesASoundShelf() throws Exception {
        String pushed = publishText("library/large", "1.0.0", randomText(12_000_000));
        Path home = Files.createTempDirectory("killed-home");
        PkgCommand client = PkgCommand.pkg(home).at(house.url());
        for (int round = 0; round < 6; round++) {
            Process get = client.start(folder.resolve("killed.out"), "get", "large:1.0.0");
            Thread.sleep(60 + RANDOM.nextInt(400));
            get.destroyForcibly().waitFor();
        }
        assertThat(client.run("get", "large:1.0.0").succeeded().output().strip())
                .isEqualTo(pushed);
        assertThat(client.run("contents", "large:1.0.0", "--offline")
                        .succeeded()
                        .output())
                .contains("/srv/index.html");
    }

    // ---- refused, and nothing stored

    @Test
    void aVersionThatExistsWithAnotherDigestIsRefusedNamingBoth() throws Exception {
        String first = publishText("library/fixed", "1.0.0", "first");
        PkgCommand other = PkgCommand.pkg().at(house.url());
        other.runWithInput(house.administratorKey() + "\n", "login", "--key-stdin")
                .succeeded();
        String second = other.run(
                        "build", text("library/fixed", "1.0.0", "second").toString())
                .succeeded()
                .output()
                .strip();

        Result refused = other.run("push", "library/fixed:1.0.0");

        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.talk()).contains(first).contains(second).doesNotContain("Exception");
        assertThat(stranger().run("get", "fixed:1.0.0").succeeded().output().strip())
                .isEqualTo(first);
    }

    @Test
    void aPushWithoutAKeyIsRefusedAndStoresNothing() throws Exception {
        PkgCommand stranger = stranger();
        stranger.run("build", text("library/unasked", "1.0.0", "unasked").toString())
                .succeeded();

        Result refused = stranger.run("push", "library/unasked:1.0.0");

        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.talk()).contains("pkg login").doesNotContain("Exception");
        assertThat(stranger.run("info", "unasked").exitCode()).isEqualTo(3);
    }

    @Test
    void aConfusableNameIsRefused() throws Exception {
        publishText("library/tool1", "1.0.0", "the first of its kind");
        publisher
                .run("build", text("library/tooll", "1.0.0", "the second").toString())
                .succeeded();

        Result refused = publisher.run("push", "library/tooll:1.0.0");

        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.talk()).contains("library/tool1");
        assertThat(stranger().run("info", "tooll").exitCode()).isEqualTo(3);
    }

    @Test
    void aRegistryThatIsNotThereAndAPackageThatIsNotThereAreToldApart() {
        assertThat(stranger().run("get", "no-such-package").exitCode()).isEqualTo(3);
        assertThat(PkgCommand.pkg().at("http://127.0.0.1:1").run("get", "hello").exitCode())
                .isEqualTo(5);
    }

    // ---- other people's tools

    @Test
    void skopeoCarriesAPackageAwayAndBackWithTheSameDigests() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed; on Debian: apt-get install skopeo");
        String pushed = publishText("library/carried", "1.0.0", "carried by a stranger's tool");
        Path layout = folder.resolve("layout");
        String from = "docker://" + house.url().substring("http://".length()) + "/library/";

        run("skopeo", "copy", "--all", "--src-tls-verify=false", from + "carried:1.0.0", "oci:" + layout + ":1.0.0");
        run(
                "skopeo",
                "copy",
                "--all",
                "--dest-tls-verify=false",
                "--dest-creds",
                "any:" + house.administratorKey(),
                "oci:" + layout + ":1.0.0",
                from + "returned:1.0.0");

        assertThat(stranger().run("get", "returned:1.0.0").succeeded().output().strip())
                .isEqualTo(pushed);
        assertThat(Files.readString(layout.resolve("index.json"))).contains(pushed);
    }

    // ---- what the tests are made of

    private String publishText(String name, String version, String content) throws IOException {
        publisher.run("build", text(name, version, content).toString()).succeeded();
        return publisher.run("push", name + ":" + version).succeeded().output().strip();
    }

    private void publishWebServer(String name, String version) throws IOException, InterruptedException {
        Path source = text(name, version, "<title>" + ANSWER + "</title>");
        publisher.run("build", source.toString()).succeeded();
        publisher.run("push", name + ":" + version).succeeded();
    }

    /// A package of a program that answers every request and never forks: busybox's web server forks for each, which
    /// Nanos has no answer to.
    private void publishTinyServer(String name, String version) throws IOException, InterruptedException {
        Path source = Files.createTempDirectory(folder, "source");
        Files.copy(TINY_SERVER, source.resolve("tiny-server"));
        Files.writeString(source.resolve("unipkg.yaml"), """
                name: %s
                version: %s
                description: A server of a thousand bytes
                program: /bin/tiny-server
                ports: [8080]
                files:
                  /bin/tiny-server: tiny-server
                readiness: {port: 8080, path: /}
                """.formatted(name, version));
        publisher.run("build", source.toString()).succeeded();
        publisher.run("push", name + ":" + version).succeeded();
    }

    /// A package of a static program (busybox's web server) and one page.
    private Path text(String name, String version, String content) throws IOException {
        try {
            Path source = Files.createTempDirectory(folder, "source");
            Files.copy(DebianFiles.kernel().resolve("bin/busybox"), source.resolve("busybox"));
            Files.writeString(source.resolve("index.html"), content);
            Files.writeString(source.resolve("unipkg.yaml"), """
                    name: %s
                    version: %s
                    description: A page, served
                    program: /bin/busybox
                    args: [httpd, -f, -p, "8080", -h, /srv]
                    ports: [8080]
                    files:
                      /bin/busybox: busybox
                      /srv/index.html: {from: index.html, layer: config}
                    directories: [/tmp]
                    memory: 256 MiB
                    writable: 8 MiB
                    readiness: {port: 8080, path: /}
                    """.formatted(name, version));
            return source;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static String randomText(int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append(Long.toHexString(RANDOM.nextLong()));
        }
        return text.toString();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
