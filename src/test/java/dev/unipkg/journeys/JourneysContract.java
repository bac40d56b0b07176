package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Digest;
import dev.unipkg.journeys.PkgCommand.Result;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// The two journeys, and what can go wrong on the way, through real processes: the packaged server, the packed
/// client, real machines. Run on every backend.
abstract class JourneysContract extends RunningRegistry {

    /// The exit code of Ctrl-C, whatever that of the guest's program is.
    private static final int ASKED_TO_END = 128 + 2;

    private static final Path TINY_SERVER =
            Path.of("../../cli-client/src/test/resources/dev/unipkg/cli/machine/boot/tiny-server");

    // ---- the journeys

    @Test
    void aPackageIsPushedFetchedComposedAndBootedOnLinuxAndAnswers() throws Exception {
        publishWebServer("library/hello", "1.0.0");
        publishKernel();

        PkgCommand stranger = stranger();
        stranger.run("get", "hello").succeeded();
        assertAnswersTwice(stranger, "hello");
    }

    @Test
    void aPackageIsBootedOnNanosAndAnswers() throws Exception {
        String release = System.getenv("UNIPKG_NANOS_RELEASE");
        assumeTrue(
                release != null && !release.isBlank(), "UNIPKG_NANOS_RELEASE names no Nanos release tarball to boot");
        publishTinyServer("library/hello-nanos", "1.0.0");
        publisher.run("kernel", "push", "nanos", release).succeeded();

        RunningPackage running = new RunningPackage(stranger(), folder);
        for (int i = 0; i < 2; i++) {
            running.answersAndStops("hello-nanos", "nanos", "hi");
        }
        assertFindsLocalhost("nanos");
    }

    @Test
    void aProgramFindsLocalhostOnLinux() throws Exception {
        publishKernel();
        assertFindsLocalhost("linux");
    }

    /// A program that asks the C library; without a word of where names are, it would ask a name server that is not
    /// there.
    private void assertFindsLocalhost(String kernel) {
        publisher.run("build", "/usr/bin/getent", "-t", "library/getent:1.0.0").succeeded();
        PkgCommand.Result found = publisher
                .run("run", "getent:1.0.0", "--kernel", kernel, "--", "hosts", "localhost")
                .succeeded();
        assertThat(found.output()).containsPattern("127\\.0\\.0\\.1 +localhost");
    }

    @Test
    void whatIsOnTheShelfRunsWithoutTheRegistry() throws Exception {
        publishWebServer("library/offline", "1.0.0");
        publishKernel();
        PkgCommand stranger = stranger();
        stranger.run("get", "offline").succeeded();
        stranger.run("kernel", "get", "linux").succeeded();
        stranger.run("image", "build", "offline", "--kernel", "linux").succeeded();

        registry.stop();
        try {
            assertAnswersTwice(stranger, "offline", "--offline");
        } finally {
            registry.restart();
        }
    }

    /// Boots the package, waits for its answer, stops it with Ctrl-C; then once more with what is on the shelf.
    private void assertAnswersTwice(PkgCommand pkg, String name, String... more) throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(new RunningPackage(pkg, folder).answersAndStops(name, "linux", ANSWER, more))
                    .isEqualTo(ASKED_TO_END);
        }
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
            PkgCommand racer = publisherAt(registry.url());
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
            gets.add(() -> PkgCommand.pkg(home).at(registry.url()).run("get", "shared:1.0.0"));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (Future<Result> done : pool.invokeAll(gets)) {
                assertThat(done.get().succeeded().output().strip()).isEqualTo(pushed);
            }
        }
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
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/skopeo")),
                "skopeo is not installed; on Debian: apt-get install skopeo");
        String pushed = publishText("library/carried", "1.0.0", "carried by a stranger's tool");
        Path layout = folder.resolve("layout");
        String from = "docker://" + registry.url().substring("http://".length()) + "/";
        String key = registry.newNamespace("returned");

        run(
                "skopeo",
                "copy",
                "--all",
                "--src-tls-verify=false",
                from + "library/carried:1.0.0",
                "oci:" + layout + ":1.0.0");
        run(
                "skopeo",
                "copy",
                "--all",
                "--dest-tls-verify=false",
                "--dest-creds",
                "any:" + key,
                "oci:" + layout + ":1.0.0",
                from + "returned/carried:1.0.0");

        assertThat(stranger()
                        .run("get", "returned/carried:1.0.0")
                        .succeeded()
                        .output()
                        .strip())
                .isEqualTo(pushed);
        assertThat(Files.readString(layout.resolve("index.json"))).contains(pushed);
    }

    // ---- what the tests are made of

    /// A package of a program that answers every request and never forks: busybox's web server forks for each, which
    /// Nanos has no answer to.
    /// As other clients of OCI send what they have, and resume a download that was cut.
    @Test
    void aBlobSentInPiecesIsReadInPieces() throws Exception {
        byte[] blob = new byte[20 << 20];
        new Random(6).nextBytes(blob);
        Digest digest = Digest.of(blob);
        RawPush push = new RawPush(URI.create(registry.url()), registry.administratorKey(), "library/pieces");

        assertThat(push.inPieces(digest, blob, 9 << 20).status()).isEqualTo(201);

        HttpClient.Builder client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL);
        try (HttpClient reader = client.build()) {
            URI uri = URI.create(registry.url() + "/v2/library/pieces/blobs/" + digest);
            int from = (9 << 20) - 100;
            HttpRequest.Builder part =
                    HttpRequest.newBuilder(uri).header("Range", "bytes=" + from + "-" + (from + 199));
            HttpResponse<byte[]> ranged = reader.send(part.build(), BodyHandlers.ofByteArray());
            assertThat(ranged.statusCode()).isEqualTo(206);
            assertThat(ranged.headers().firstValue("Content-Range"))
                    .contains("bytes " + from + "-" + (from + 199) + "/" + blob.length);
            assertThat(ranged.body()).isEqualTo(Arrays.copyOfRange(blob, from, from + 200));
            HttpRequest whole = HttpRequest.newBuilder(uri).build();
            assertThat(reader.send(whole, BodyHandlers.ofByteArray()).body()).isEqualTo(blob);
        }
    }

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
                readiness: {http: /, port: 8080}
                """.formatted(name, version));
        publisher.run("build", source.toString()).succeeded();
        publisher.run("push", name + ":" + version).succeeded();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
