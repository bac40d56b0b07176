package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.api.PullNumber;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.FakeRegistry.Fault;
import dev.unipkg.cli.training.FakeRegistry.Seen;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pull tells a registry that counts that it is complete, once and last; other registries get no number.
class PullCountTest {
    private static final String NUMBER = "[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{32}";

    @TempDir
    Path temp;

    private FakeRegistry registry;
    private SampleVersion version;
    private Digest build;
    private Manifest manifest;
    private Path home;
    private PkgCommand user;

    @BeforeEach
    void publish() throws IOException {
        registry = new FakeRegistry();
        version = new SampleVersion("1.0", 300_000, Arch.X86_64);
        version.publish(registry, "acme/tool", "1.0");
        build = version.build(Arch.X86_64).digest();
        manifest = Manifest.read(version.bytes(build));
        home = temp.resolve("user");
        user = PkgCommand.at(home, registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void registryThatDoesNotCountGetsNoNumberAndNoFurtherRequest() throws IOException {
        get();

        assertThat(configRequests()).hasSize(1);
        assertThat(registry.seen).allSatisfy(request -> {
            assertThat(request.header(PullNumber.HEADER)).isEmpty();
            assertThat(request.header(PullNumber.BUILD_HEADER)).isEmpty();
        });
        assertThat(numbers()).isEmpty();
    }

    @Test
    void configIsAskedForFirstAsNoDownloadAndLastWithTheNumber() throws IOException {
        registry.counted.add(config());
        get();

        List<Seen> configs = configRequests();
        assertThat(configs).hasSize(2);
        assertThat(configs.getFirst().header(PullNumber.DOWNLOAD_HEADER)).contains(PullNumber.NO_DOWNLOAD);
        assertThat(configs.getFirst().header(PullNumber.HEADER)).isEmpty();
        Seen last = configs.getLast();
        assertThat(last).isSameAs(registry.seen.getLast());
        assertThat(last.header(PullNumber.DOWNLOAD_HEADER)).isEmpty();
        assertThat(last.header(PullNumber.HEADER))
                .hasValueSatisfying(number -> assertThat(number).matches(NUMBER));
        assertThat(last.header(PullNumber.BUILD_HEADER)).contains(build.toString());
        assertThat(last.header("Range")).contains("bytes=" + (manifest.config().size() - 1) + "-");
        assertThat(numbers()).isEmpty();
    }

    @Test
    void pullOfWhatIsOnTheShelfTellsNothing() throws IOException {
        registry.counted.add(config());
        get();
        registry.seen.clear();
        get();

        assertThat(configRequests()).isEmpty();
    }

    @Test
    void pullWhoseCountCannotBeToldSucceedsAndItsNumberIsNeverSentAgain() throws IOException {
        registry.counted.add(config());
        refuseCounts();
        get();
        assertThat(numbers()).isEmpty();
        String told = configRequests().getLast().header(PullNumber.HEADER).orElseThrow();

        registry.faults.clear();
        registry.seen.clear();
        get();
        assertThat(configRequests()).isEmpty();
        assertThat(user.run("cache", "rm", "acme/tool").exit()).isZero();
        get();
        assertThat(configRequests().getLast().header(PullNumber.HEADER))
                .hasValueSatisfying(number -> assertThat(number).matches(NUMBER).isNotEqualTo(told));
    }

    @Test
    void numberOfAPullThatWasCutIsForItsRegistryAlone() throws IOException {
        registry.counted.add(config());
        describe();
        assertThat(numbers()).hasSize(1);
        String drawn = Files.readString(numbers().getFirst());
        try (FakeRegistry other = new FakeRegistry()) {
            version.publish(other, "acme/tool", "1.0");
            other.counted.add(config());
            assertThat(user.run("get", other.authority() + "/acme/tool:1.0", "--arch", "x86_64")
                            .exit())
                    .isZero();

            assertThat(other.seen)
                    .isNotEmpty()
                    .noneMatch(request -> request.headers().toString().contains(drawn));
        }
        get();
        assertThat(configRequests().getLast().header(PullNumber.HEADER)).contains(drawn);
    }

    @Test
    void numberOfAPullThatWasCutGoesWithThePackage() throws IOException {
        get();
        // The content is removed, so that it is pulled again.
        Files.delete(Shelf.at(home).blob(manifest.config().digest()));
        try (Stream<Path> layers = Files.list(home.resolve("layers"))) {
            for (Path layer : layers.toList()) {
                Files.delete(layer);
            }
        }
        registry.counted.add(config());
        describe();
        assertThat(numbers()).hasSize(1);

        assertThat(user.run("cache", "rm", "acme/tool").exit()).isZero();
        assertThat(numbers()).isEmpty();
    }

    /// Begins a pull that brings none of the layers.
    private void describe() throws IOException {
        String layer = manifest.layers().getFirst().digest().toString();
        registry.faults.put("/v2/acme/tool/blobs/" + layer, new Fault.Status(404, "{}", new int[] {1}));
        assertThat(user.run("get", "acme/tool:1.0", "--arch", "x86_64").exit()).isEqualTo(3);
    }

    /// Has the registry answer 500 to all that follows the layers.
    private void refuseCounts() {
        String configPath = "/v2/acme/tool/blobs/" + config();
        String layer = manifest.layers().getFirst().digest().toString();
        registry.faults.put(
                "/v2/acme/tool/blobs/" + layer,
                new Fault.Meanwhile(
                        () -> registry.faults.put(configPath, new Fault.Status(500, "{}", new int[] {1000}))));
    }

    @Test
    void emptyNumberOfAKilledPullIsDrawnAnew() throws IOException {
        registry.counted.add(config());
        Files.createDirectories(home.resolve("partial"));
        Files.createFile(Shelf.at(home).pull(registry.url(), build));
        get();

        assertThat(configRequests().getLast().header(PullNumber.HEADER))
                .hasValueSatisfying(number -> assertThat(number).matches(NUMBER));
        assertThat(numbers()).isEmpty();
    }

    private void get() throws IOException {
        assertThat(user.run("get", "acme/tool:1.0", "--arch", "x86_64"))
                .satisfies(result -> assertThat(result.exit()).as(result.err()).isZero());
    }

    private String config() {
        return manifest.config().digest().toString();
    }

    private List<Seen> configRequests() {
        return registry.seen.stream()
                .filter(request -> request.path().endsWith(config()))
                .toList();
    }

    private List<Path> numbers() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("partial"))) {
            return files.filter(file -> file.toString().endsWith(".pull")).toList();
        }
    }
}
