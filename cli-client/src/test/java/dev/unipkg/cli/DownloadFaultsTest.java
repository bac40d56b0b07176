package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.registry.Http;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.registry.Pace;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.registry.Retry;
import dev.unipkg.cli.registry.Unreachable;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.FakeRegistry.Fault;
import dev.unipkg.cli.training.SampleKernel;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadFaultsTest {
    private static final String NEXT =
            "  next: try again; if it stays so, what the registry keeps or sends is damaged\n";

    @TempDir
    Path home;

    private FakeRegistry registry;
    private SampleVersion version;
    private Descriptor layer;
    private String layerPath;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        version = new SampleVersion("1.0", 400_000, Arch.X86_64);
        version.publish(registry, "acme/tool", "1.0");
        layer = version.layers.getFirst();
        layerPath = "/v2/acme/tool/blobs/" + layer.digest();
        pkg = PkgCommand.at(home, registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aCutDownloadContinuesWhereItWasCut() throws IOException {
        registry.faults.put(layerPath, new Fault.Cut(100_000, new int[] {3}));
        Result result = get();

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(ranges()).hasSize(3).doesNotHaveDuplicates();
        assertTheLayerIsRight();
    }

    @Test
    void aServerThatKnowsNoRangesIsReadAgainFromTheStart() throws IOException {
        registry.faults.put(layerPath, new Fault.Cut(100_000, new int[] {1000}));
        assertThat(shortOfPatience().exit()).isEqualTo(5);
        registry.faults.put(layerPath, new Fault.NoRanges());
        Result result = get();

        assertThat(result.exit()).as(result.err()).isZero();
        assertTheLayerIsRight();
    }

    @Test
    void whatCameBeforeTheCutIsNotFetchedAgainByTheNextCommand() throws IOException {
        registry.faults.put(layerPath, new Fault.Cut(30_000, new int[] {1000}));
        Result cut = shortOfPatience();
        assertThat(cut.exit()).isEqualTo(5);
        assertThat(cut.err()).contains("the connection to " + registry.url() + " broke");
        long kept = Files.size(home.resolve("partial").resolve(layer.digest().hex()));
        assertThat(kept).isPositive();

        registry.faults.clear();
        registry.seen.clear();
        Result result = get();
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(ranges()).containsExactly("bytes=" + kept + "-");
        assertTheLayerIsRight();
    }

    @Test
    void aDamagedBeginningIsThrownAwayAndFetchedAgain() throws IOException {
        Path partial = Files.createDirectories(home.resolve("partial"))
                .resolve(layer.digest().hex());
        Files.write(partial, new byte[50_000]);
        Result result = get();

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(partial).doesNotExist();
        assertTheLayerIsRight();
    }

    @Test
    void otherBytesThanTheDigestSaysAreRefused() throws IOException {
        byte[] other = version.bytes(layer.digest()).clone();
        other[other.length - 1] ^= 1;
        registry.faults.put(layerPath, new Fault.Replace(other));
        Result result = get();

        assertThat(result)
                .isEqualTo(new Result(
                        4,
                        "",
                        "pkg: the content is %s, expected %s\n".formatted(Digest.of(other), layer.digest()) + NEXT));
        assertNothingIsKept();
    }

    @Test
    void oneByteThatChangedOnTheWayIsToldAsAnotherDigest() throws IOException {
        byte[] other = version.bytes(layer.digest()).clone();
        other[1000] ^= 1;
        registry.faults.put(layerPath, new Fault.Replace(other));

        assertThat(get())
                .isEqualTo(new Result(
                        4,
                        "",
                        "pkg: the content is %s, expected %s\n".formatted(Digest.of(other), layer.digest()) + NEXT));
        assertNothingIsKept();
    }

    @Test
    void aDownloadThatFillsTheDiskLeavesNothingOnIt() throws Exception {
        try (SmallDisk disk = SmallDisk.orSkip(home)) {
            SampleVersion large = new SampleVersion("2.0", 3_000_000, Arch.X86_64);
            large.publish(registry, "acme/tool", "2.0");
            PkgCommand cramped = PkgCommand.at(disk.folder(), registry);

            Result result = cramped.run("get", "acme/tool:2.0", "--arch", "x86_64");

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err())
                    .isEqualTo("pkg: no room for %d bytes at \"%s\"; free some space and try again\n"
                            .formatted(large.layers.getFirst().size(), disk.folder()));
            assertThat(disk.folder().resolve("partial")).isEmptyDirectory();
            assertThat(disk.folder().resolve("tmp")).isEmptyDirectory();
        }
    }

    @Test
    void aVersionThatIsNotWholeIsNotHeldOnTo() throws IOException {
        registry.faults.put(layerPath, new Fault.Replace(new byte[(int) layer.size()]));
        assertThat(get().exit()).isEqualTo(4);
        assertThat(pkg.run("--quiet", "list", "--shelf").out()).doesNotContain("acme/tool");

        registry.faults.clear();
        registry.documents.clear();
        SampleVersion repaired = new SampleVersion("1.0", 300_000, Arch.X86_64);
        repaired.publish(registry, "acme/tool", "1.0");
        assertThat(get())
                .isEqualTo(new Result(0, repaired.digest() + "\n", "acme/tool:1.0 is on the shelf (x86_64)\n"));
    }

    @Test
    void aKernelThatIsNotWholeIsNotHeldOnTo() throws IOException {
        SampleKernel.publish(registry, "6.1", "stable");
        registry.blobs.clear();
        assertThat(pkg.run("kernel", "get", "linux", "--arch", "x86_64").exit()).isEqualTo(3);
        assertThat(home.resolve("refs"))
                .satisfiesAnyOf(
                        refs -> assertThat(refs).doesNotExist(),
                        refs -> assertThat(refs).isEmptyDirectory());

        Digest repaired = SampleKernel.publish(registry, "6.1", "stable");
        assertThat(pkg.run("--quiet", "kernel", "get", "linux", "--arch", "x86_64"))
                .isEqualTo(new Result(0, repaired + "\n", ""));
        assertThat(home.resolve("refs").resolve("http_" + registry.authority()).resolve("kernels/linux/stable"))
                .exists();
    }

    @Test
    void aConfigWithAnotherDigestIsRefused() throws IOException {
        Digest config = dev.unipkg.format.oci.Manifest.read(version.bytes(build()))
                .config()
                .digest();
        byte[] other = version.bytes(config).clone();
        other[other.length / 2] ^= 1;
        registry.faults.put("/v2/acme/tool/blobs/" + config, new Fault.Replace(other));
        Result result = get();

        assertThat(result)
                .isEqualTo(new Result(
                        4, "", "pkg: the content is %s, expected %s\n".formatted(Digest.of(other), config) + NEXT));
        assertNothingIsKept();
    }

    @Test
    void aManifestThatIsNotWhatTheIndexNamesIsRefused() throws IOException {
        byte[] other = Arrays.copyOf(version.bytes(build()), version.bytes(build()).length + 1);
        other[other.length - 1] = '\n';
        registry.documents.put(
                "acme/tool:" + build(), new FakeRegistry.Document("application/vnd.oci.image.manifest.v1+json", other));
        Result result = get();

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err())
                .isEqualTo("pkg: the content is %s, expected %s\n".formatted(Digest.of(other), build()) + NEXT);
        assertNothingIsKept();
    }

    @Test
    void aBodyThatNeverEndsIsRefused() throws IOException {
        registry.faults.put(layerPath, new Fault.Endless());
        Result result = get();

        assertThat(result.exit()).isEqualTo(4);
        assertNothingIsKept();
    }

    @Test
    void aBodyOfAnotherLengthIsRefusedBeforeItIsRead() throws IOException {
        registry.faults.put(layerPath, new Fault.Replace(new byte[1_000_000]));
        Result result = get();

        assertThat(result)
                .isEqualTo(
                        new Result(4, "", "pkg: the content has 1000000 bytes, expected %d\n".formatted(layer.size())));
        assertNothingIsKept();
    }

    @Test
    void aTrickleIsACutDownload() {
        registry.faults.put(layerPath, new Fault.Slow(1, 5));

        assertThatThrownBy(() -> download(pace(10_000)))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("the connection to " + registry.url() + " broke (only ")
                .hasMessageContaining("expected at least 10000");
        assertThat(ranges()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aSlowLinkIsNoCutDownload() throws IOException {
        registry.faults.put(layerPath, new Fault.Slow(10_000, 20));

        assertThat(download(pace(10_000))).isEqualTo(version.bytes(layer.digest()));
        assertThat(ranges()).isEmpty();
    }

    @Test
    void aReaderThatTakesItsTimeIsNoTrickle() throws Exception {
        try (InputStream in = blob(pace(layer.size() + 1))) {
            assertThat(in.readNBytes(1000)).hasSize(1000);
            Thread.sleep(300);
            assertThat(in.readAllBytes()).hasSize((int) layer.size() - 1000);
        }
        assertThat(ranges()).isEmpty();
    }

    @Test
    void aRegistryThatIsBusyForAMomentIsAskedAgain() throws IOException {
        registry.faults.put("/v2/acme/tool/manifests/1.0", new Fault.Status(503, "{}", new int[] {2}));
        Result result = get();

        assertThat(result.exit()).as(result.err()).isZero();
    }

    @Test
    void aRegistryThatStaysBusyIsGivenUp() throws IOException {
        registry.faults.put("/v2/acme/tool/manifests/1.0", new Fault.Status(503, "<html>", new int[] {1000}));
        Result result = get();

        assertThat(result).isEqualTo(new Result(5, "", """
            %1$s answered with HTTP status 503; trying again
            pkg: acme/tool:1.0: %1$s answered with HTTP status 503
            """.formatted(registry.url())));
        assertThat(registry.seen).hasSizeLessThan(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "103 Early Hints"})
    void interimAnswersWithoutAnEndAreGivenUp(String status) throws Exception {
        byte[] interim = "HTTP/1.1 %s\r\n\r\n".formatted(status).getBytes(US_ASCII);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread registry = Thread.ofPlatform().start(() -> sendForEver(server, interim));
            String url = "http://127.0.0.1:" + server.getLocalPort();
            Result result = PkgCommand.at(home, url).run("get", "acme/tool:1.0");

            assertThat(result)
                    .isEqualTo(new Result(
                            5,
                            "",
                            "pkg: %s/v2/acme/tool/manifests/1.0 sends interim answers (HTTP status 1xx) without an end\n"
                                    .formatted(url)));
            registry.join();
        }
    }

    @Test
    void aDocumentThatIsCutIsANetworkFailure() throws Exception {
        byte[] half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes(US_ASCII);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread registry = Thread.ofPlatform().start(() -> sendOnce(server, half));
            String url = "http://127.0.0.1:" + server.getLocalPort();
            Result result = PkgCommand.at(home, url).run("get", "acme/tool:1.0");

            assertThat(result).isEqualTo(new Result(5, "", """
                pkg: the connection to %s broke (Premature EOF)
                  next: see that the registry runs and that its address is right (--registry, PKG_REGISTRY)
                """.formatted(url)));
            registry.join();
        }
    }

    private static void sendOnce(ServerSocket server, byte[] bytes) {
        try (Socket socket = server.accept()) {
            // Read before it is closed: what is unread would make a reset of the end.
            int _ = socket.getInputStream().read(new byte[8192]);
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sendForEver(ServerSocket server, byte[] bytes) {
        try (Socket socket = server.accept()) {
            while (true) {
                socket.getOutputStream().write(bytes);
            }
        } catch (IOException e) {
            // The client has hung up.
        }
    }

    @Test
    void whatARegistrySaysStaysOnItsLine() throws IOException {
        String body = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\\npkg: all is well\\u001b[2J\"}]}";
        registry.faults.put("/v2/acme/tool/manifests/1.0", new Fault.Status(403, body, new int[] {1}));

        assertThat(get()).isEqualTo(new Result(4, "", "pkg: acme/tool:1.0: no\\u{a}pkg: all is well\\u{1b}[2J\n"));
    }

    private Result get() {
        return pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");
    }

    private byte[] download(Pace pace) throws IOException {
        try (InputStream in = blob(pace)) {
            return in.readAllBytes();
        }
    }

    // So many bytes in the fifth part of a second.
    private static Pace pace(long bytes) {
        Duration enough = Duration.ofSeconds(30);
        return new Pace(enough, enough, enough, bytes, Duration.ofMillis(200));
    }

    private InputStream blob(Pace pace) {
        Http http = new Http(false, pace, _ -> Optional.empty(), Set.of());
        Registry asked = new Registry(Origin.parse(registry.url()), http, new Retry(3, Duration.ofMillis(5), _ -> {}));
        return asked.blob(PackageName.parse("acme/tool"), layer, 0);
    }

    // Progress counts as a reason to go on, so a registry that cuts every few bytes is given up quickly.
    private Result shortOfPatience() {
        registry.faults.put(layerPath, new Fault.Cut(10_000, new int[] {1000}));
        return get();
    }

    private List<String> ranges() {
        return registry.seen.stream()
                .filter(request -> request.path().equals(layerPath))
                .map(request -> request.header("Range"))
                .flatMap(Optional::stream)
                .toList();
    }

    private Digest build() throws IOException {
        return version.build(Arch.X86_64).digest();
    }

    private void assertTheLayerIsRight() throws IOException {
        Digest diffId = version.diffIds.getFirst();
        assertThat(Digest.of(Files.readAllBytes(home.resolve("layers").resolve(diffId.hex() + ".tar"))))
                .isEqualTo(diffId);
    }

    private void assertNothingIsKept() throws IOException {
        Digest diffId = version.diffIds.getFirst();
        assertThat(home.resolve("layers").resolve(diffId.hex() + ".tar")).doesNotExist();
        assertThat(home.resolve("partial").resolve(layer.digest().hex())).doesNotExist();
        assertThat(home.resolve("tmp")).isEmptyDirectory();
        try (Stream<Path> blobs = Files.list(home.resolve("blobs").resolve("sha256"))) {
            for (Path blob : blobs.toList()) {
                assertThat(Digest.of(Files.readAllBytes(blob)).hex())
                        .isEqualTo(blob.getFileName().toString());
            }
        }
    }
}
