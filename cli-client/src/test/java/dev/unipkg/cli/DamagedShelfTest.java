package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleKernel;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage to the files of the shelf.
class DamagedShelfTest {
    private static final String OFFLINE = "pkg: %s is needed for this, but --offline was given\n";

    @TempDir
    Path home;

    private FakeRegistry registry;
    private SampleVersion version;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        version = new SampleVersion("1.0", 5000, Arch.X86_64);
        version.publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
        pkg = PkgCommand.at(home, registry);
        assertThat(compose().exit()).isZero();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aConfigThatWasCutIsFetchedAgain() throws IOException {
        Digest digest = manifest().config().digest();
        Path config = blob(digest);
        byte[] whole = Files.readAllBytes(config);
        cut(config);

        Result offline = get("--offline");
        assertThat(offline.exit()).isEqualTo(5);
        assertThat(offline.err())
                .isEqualTo(
                        damaged(config) + OFFLINE.formatted(registry.url()) + "  next: try again without --offline\n");
        assertThat(get().exit()).isZero();
        assertThat(config).hasBinaryContent(whole);
    }

    @Test
    void aConfigThatChangedIsFetchedAgain() throws IOException {
        Path config = blob(manifest().config().digest());
        byte[] whole = Files.readAllBytes(config);
        flip(config);

        assertThat(get().err()).startsWith(damaged(config));
        assertThat(config).hasBinaryContent(whole);
    }

    @Test
    void aKernelFileThatWasCutIsFetchedAgain() throws IOException {
        Path kernel = blob(Digest.of(SampleVersion.text("kernel 6.1")));
        cut(kernel);
        Result offline = pkg.run("kernel", "get", "linux", "--arch", "x86_64", "--offline");

        assertThat(offline.exit()).isEqualTo(5);
        assertThat(offline.err()).startsWith(damaged(kernel));
        Result result = compose("-e", "A=1", "-o", home.resolve("copy").toString());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(home.resolve("copy").resolve("vmlinuz")).hasContent("kernel 6.1");
    }

    @Test
    void aLayerThatIsNoneAnyMoreIsFetchedAgain() throws IOException {
        Path layer = home.resolve("layers").resolve(version.diffIds.getFirst().hex() + ".tar");
        byte[] whole = Files.readAllBytes(layer);
        flip(layer);
        Result offline = pkg.run("contents", "acme/tool:1.0", "--arch", "x86_64", "--offline");

        assertThat(offline.exit()).isEqualTo(5);
        assertThat(offline.err()).startsWith(damaged(layer));
        assertThat(get().exit()).isZero();
        cut(layer);
        Result result = compose("-e", "A=1");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.err()).startsWith(damaged(layer));
        assertThat(layer).hasBinaryContent(whole);
    }

    @Test
    void whatWasBuiltHereIsNotPushedDamagedAndBuildingAgainMendsIt() throws IOException {
        pkg.run("build", "/bin/true", "-t", "acme/true:1.0");
        Path layer;
        try (var blobs = Files.list(home.resolve("blobs/sha256"))) {
            layer = blobs.max((one, other) ->
                            Long.compare(one.toFile().length(), other.toFile().length()))
                    .orElseThrow();
        }
        byte[] whole = Files.readAllBytes(layer);
        cut(layer);
        Result push = pkg.run("push", "acme/true:1.0");
        assertThat(push.exit()).as(push.err()).isEqualTo(4);
        assertThat(push.err())
                .contains("pkg: " + layer + " is damaged: it has ")
                .contains("next: build it here again");
        pkg.run("build", "/bin/true", "-t", "acme/true:1.0");

        assertThat(layer).hasBinaryContent(whole);
    }

    private Result get(String... more) {
        return run(new String[] {"get", "acme/tool:1.0", "--arch", "x86_64"}, more);
    }

    private Result compose(String... more) {
        return run(new String[] {"image", "build", "acme/tool:1.0", "--arch", "x86_64", "--kernel", "linux"}, more);
    }

    private Result run(String[] line, String... more) {
        String[] all = java.util.Arrays.copyOf(line, line.length + more.length);
        System.arraycopy(more, 0, all, line.length, more.length);
        return pkg.run(all);
    }

    private Manifest manifest() throws IOException {
        return Manifest.read(version.bytes(version.build(Arch.X86_64).digest()));
    }

    private Path blob(Digest digest) {
        return home.resolve("blobs").resolve("sha256").resolve(digest.hex());
    }

    private static String damaged(Path file) {
        return file + " is damaged, and is brought here again\n";
    }

    private static void cut(Path file) throws IOException {
        write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[2] ^= 1;
        write(file, bytes);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.write(file, bytes);
    }
}
