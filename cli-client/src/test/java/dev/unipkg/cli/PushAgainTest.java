package dev.unipkg.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A push of a version that is published already repairs what the registry has lost of it.
class PushAgainTest {
    @TempDir
    Path temp;

    private FakeRegistry registry;
    private SampleVersion version;
    private PkgCommand publisher;
    private Path layout;

    @BeforeEach
    void publish() throws IOException {
        registry = new FakeRegistry();
        version = new SampleVersion("1.0", 300_000, Arch.X86_64, Arch.ARM64);
        version.publish(registry, "acme/tool", "1.0");
        publisher = PkgCommand.at(temp.resolve("publisher"), registry);
        layout = version.layout(temp.resolve("layout"));
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void missingAndBrokenContentIsSentAgain() throws IOException {
        String missing = version.layers.get(0).digest().toString();
        String broken = version.layers.get(2).digest().toString();
        byte[] whole = registry.blobs.remove(missing);
        registry.blobs.computeIfPresent(broken, (digest, bytes) -> Arrays.copyOf(bytes, bytes.length - 1));
        String manifest = "acme/tool:" + build(Arch.ARM64);
        registry.documents.remove(manifest);

        Result again = push();

        assertThat(again)
                .isEqualTo(new Result(
                        0,
                        version.digest() + "\n",
                        "acme/tool:1.0 is already published at %s, same digest; 3 blobs were missing or broken there and were sent again\n"
                                .formatted(registry.url())));
        assertThat(registry.blobs.get(missing)).isEqualTo(whole);
        assertThat(Digest.of(requireNonNull(registry.blobs.get(broken)))).hasToString(broken);
        assertThat(requireNonNull(registry.documents.get(manifest)).bytes())
                .isEqualTo(version.bytes(build(Arch.ARM64)));
        // Three, and so nothing else.
        assertThat(registry.seenMethods("PUT")).hasSize(3);
        assertThat(push().err()).endsWith(", same digest\n");
    }

    @Test
    void programsAreToldHowManyBlobsWereSentAgain() throws IOException {
        assertThat(push("--output", "json").out()).contains("""
              "alreadyPublished": true,
              "resentBlobs": 0,
              "sentBytes": 0,
            """);

        Descriptor layer = version.layers.getFirst();
        registry.blobs.remove(layer.digest().toString());
        assertThat(push("--output", "json").out()).contains("""
              "alreadyPublished": true,
              "resentBlobs": 1,
              "sentBytes": %d,
            """.formatted(layer.size()));
    }

    @Test
    void aLayoutWithSomeOfTheBuildsOffersThese() throws IOException {
        Files.delete(file(build(Arch.ARM64)));
        String config = Manifest.read(version.bytes(build(Arch.X86_64)))
                .config()
                .digest()
                .toString();
        registry.blobs.remove(config);

        assertThat(push().err()).endsWith(", same digest; 1 blob was missing or broken there and was sent again\n");
        assertThat(registry.blobs).containsKey(config);
    }

    @Test
    void aBuildThatBothSidesLackIsNamed() throws IOException {
        Path file = file(build(Arch.ARM64));
        Files.delete(file);
        registry.documents.remove("acme/tool:" + build(Arch.ARM64));

        assertThat(push()).isEqualTo(new Result(3, "", """
            pkg: %s is not there: no file %s
              next: build it here, or push from an OCI layout that is complete
            """.formatted(build(Arch.ARM64), file)));
    }

    private Result push(String... options) {
        String[] push = {"push", "acme/tool:1.0", "--layout", layout.toString()};
        String[] all = Arrays.copyOf(push, push.length + options.length);
        System.arraycopy(options, 0, all, push.length, options.length);
        return publisher.run(all);
    }

    private Digest build(Arch arch) throws IOException {
        return version.build(arch).digest();
    }

    private Path file(Digest digest) {
        return layout.resolve("blobs").resolve("sha256").resolve(digest.hex());
    }
}
