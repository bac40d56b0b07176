package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.FakeRegistry.Fault;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several processes on one shelf, and processes that die.
class SharedShelfTest {
    @TempDir
    Path home;

    private FakeRegistry registry;
    private SampleVersion version;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        version = new SampleVersion("1.0", 2_000_000, Arch.X86_64);
        version.publish(registry, "acme/tool", "1.0");
        pkg = PkgCommand.at(home, registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void twoProcessesThatGetTheSameDownloadItOnce() throws Exception {
        slow();
        Process first = get();
        Process second = get();

        assertEndsWell(first);
        assertEndsWell(second);
        for (Descriptor layer : version.layers) {
            assertThat(registry.seen)
                    .filteredOn(
                            request -> request.path().endsWith(layer.digest().toString()))
                    .hasSize(1);
        }
        assertTheShelfIsSound();
    }

    @Test
    void aLayerThatComesInIsNotWrittenToByWhoWantsTheSameBytesAsABlob() throws Exception {
        Descriptor layer = version.layers.getFirst();
        Path lock = lock(layer);
        AtomicBoolean held = new AtomicBoolean();
        registry.faults.put("/v2/acme/tool/blobs/" + layer.digest(), new Fault.Meanwhile(() -> {
            try (FileChannel channel = FileChannel.open(lock, CREATE, WRITE)) {
                held.set(channel.tryLock() == null);
            }
        }));

        assertEndsWell(get());
        assertThat(held).as("the claim on the partial file").isTrue();
    }

    @Test
    void aProcessWaitsForAnotherThatDiesAndThenGoesOnWhereItWas() throws Exception {
        slow();
        Process first = get();
        Path partial = home.resolve("partial")
                .resolve(version.layers.getFirst().digest().hex());
        Polling.until(first, () -> Files.exists(partial) && Files.size(partial) >= 500_000);
        Process second = get();
        Polling.until(second, () -> hasOpen(second, lock(version.layers.getFirst())));
        first.destroyForcibly().waitFor();

        assertEndsWell(second);
        assertThat(registry.seen)
                .as("the second continues what the first left")
                .anyMatch(request -> request.header("Range").isPresent());
        assertTheShelfIsSound();
    }

    @Test
    void killedAtAnyMomentTheShelfStaysSound() throws Exception {
        slow();
        long seed = System.nanoTime();
        Random moments = new Random(seed);
        for (int i = 0; i < 6; i++) {
            Process process = get();
            // Every moment is one to be killed at.
            Thread.sleep(200 + moments.nextInt(1500));
            process.destroyForcibly().waitFor();
            assertTheShelfIsSound();
        }
        registry.faults.clear();

        PkgCommand.Result result = pkg.run("get", "acme/tool:1.0", "--arch", "x86_64");
        assertThat(result.exit()).as("seed " + seed + ": " + result.err()).isZero();
        assertTheShelfIsSound();
        for (Digest diffId : version.diffIds) {
            assertThat(home.resolve("layers").resolve(diffId.hex() + ".tar")).exists();
        }
    }

    @Test
    void whatAKilledProcessLeftIsSweptWhenItIsOld() throws Exception {
        pkg.run("list", "--shelf");
        Path fresh = Files.writeString(home.resolve("tmp").resolve("fresh"), "x");
        Path old = Files.writeString(home.resolve("tmp").resolve("old"), "x");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("r--r--r--"));
        Files.setLastModifiedTime(
                old,
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().minusSeconds(7200)));
        pkg.run("list", "--shelf");

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    private void slow() {
        for (Descriptor layer : version.layers) {
            registry.faults.put("/v2/acme/tool/blobs/" + layer.digest(), new Fault.Slow(50_000, 25));
        }
    }

    private Process get() throws IOException {
        return pkg.start("get", "acme/tool:1.0", "--arch", "x86_64");
    }

    private Path lock(Descriptor layer) {
        return home.resolve("locks").resolve(layer.digest().hex().substring(0, 2));
    }

    private static boolean hasOpen(Process process, Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", "" + process.pid(), "fd"))) {
            return open.anyMatch(link -> {
                try {
                    return Files.readSymbolicLink(link).equals(file);
                } catch (IOException closed) {
                    return false;
                }
            });
        }
    }

    private static void assertEndsWell(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private void assertTheShelfIsSound() throws IOException {
        for (Path file : files(home.resolve("layers"))) {
            String name = file.getFileName().toString();
            assertThat(Digest.of(Files.readAllBytes(file)).hex() + ".tar").isEqualTo(name);
        }
        for (Path file : files(home.resolve("blobs").resolve("sha256"))) {
            assertThat(Digest.of(Files.readAllBytes(file)).hex())
                    .isEqualTo(file.getFileName().toString());
        }
        for (Path file : files(home.resolve("refs"))) {
            Digest digest = Digest.parse(Files.readString(file));
            assertThat(home.resolve("blobs").resolve("sha256").resolve(digest.hex()))
                    .exists();
        }
    }

    private static java.util.List<Path> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return java.util.List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
