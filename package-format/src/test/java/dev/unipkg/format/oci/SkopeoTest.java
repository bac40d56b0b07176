package dev.unipkg.format.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Skopeo, which is written in Go as most OCI tools are, sees in every document that unipkg reads what unipkg sees.
class SkopeoTest {

    private static final byte[] LAYER = "a layer that nobody unpacks".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "another layer".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path temp;

    @BeforeAll
    static void requireSkopeo() throws Exception {
        Process version = new ProcessBuilder("sh", "-c", "command -v skopeo").start();
        assumeTrue(
                version.waitFor() == 0,
                "skopeo is not installed, so it cannot say what it reads; on Debian: apt-get install skopeo");
    }

    /// The fields that a reader takes from a manifest and its config.
    private record Seen(String arch, List<String> layers, List<String> env) {}

    @Test
    void documentsThatAreReadAreSeenAlike() throws Exception {
        String manifest = text(manifest(config()).toBytes());
        String config = text(config());
        assertThat(skopeo(config, manifest)).isEqualTo(Optional.of(unipkg(config, manifest)));
        int refused = 0;
        int otherwise = 0;
        for (String[] change : changes()) {
            String changedManifest = manifest.replace(change[0], change[1]);
            String changedConfig = config.replace(change[0], change[1]);
            changedManifest = changedManifest.replace(described(config), described(changedConfig));
            assertThat(changedManifest).as(change[1]).isNotEqualTo(manifest);
            Optional<Seen> skopeo = skopeo(changedConfig, changedManifest);
            try {
                assertThat(skopeo).as(change[1]).isEqualTo(Optional.of(unipkg(changedConfig, changedManifest)));
            } catch (RefusedException e) {
                refused++;
                otherwise += skopeo.isPresent() && !skopeo.get().equals(unipkg(config, manifest)) ? 1 : 0;
            }
        }
        assertThat(refused).isEqualTo(changes().size() - 1);
        assertThat(otherwise)
                .as("documents in which skopeo sees something else")
                .isGreaterThan(4);
    }

    private static List<String[]> changes() {
        String layer = "[" + descriptor(OTHER) + "]";
        List<String[]> changes = new ArrayList<>();
        for (String layers : List.of("Layers", "LAYERS", "layer\u017F")) {
            changes.add(new String[] {"}]", "}],\"" + layers + "\":" + layer});
        }
        changes.add(new String[] {"\"layers\"", "\"Layers\""});
        changes.add(new String[] {"\"layers\":", "\"layers\":" + layer + ",\"layers\":"});
        changes.add(new String[] {"\"Env\":", "\"env\":[\"A=2\"],\"Env\":"});
        changes.add(new String[] {"\"Env\":[\"A=1\"]", "\"Env\":[\"A=1\"],\"eNV\":[\"A=2\"]"});
        changes.add(new String[] {"\"os\":", "\"Architecture\":\"arm64\",\"os\":"});
        changes.add(new String[] {"\"size\":27", "\"size\":27,\"Digest\":\"" + Digest.of(OTHER) + "\""});
        changes.add(new String[] {"\"annotations\":{", "\"annotations\":{\"Digest\":\"x\",\"Size\":\"1\","});
        return changes;
    }

    private static Seen unipkg(String config, String manifest) throws RefusedException {
        Manifest read = Manifest.read(bytes(manifest));
        ImageConfig image = ImageConfig.read(bytes(config));
        return new Seen(
                image.arch().oci(),
                read.layers().stream().map(layer -> layer.digest().toString()).toList(),
                image.execution().env().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList());
    }

    /// The view of skopeo; empty if it refuses to read.
    private Optional<Seen> skopeo(String config, String manifest) throws Exception {
        Path layout = Files.createTempDirectory(temp, "layout");
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        for (byte[] blob : List.of(bytes(config), bytes(manifest), LAYER, OTHER)) {
            Files.write(blobs.resolve(Digest.of(blob).hex()), blob);
        }
        Index index = new Index(
                Optional.empty(),
                List.of(Descriptor.of(MediaTypes.IMAGE_MANIFEST, bytes(manifest))),
                Optional.empty(),
                new TreeMap<>());
        Files.write(layout.resolve("index.json"), index.toBytes());
        Path output = layout.resolve("output");
        int status = new ProcessBuilder("skopeo", "inspect", "oci:" + layout)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return status == 0 ? Optional.of(seen(Files.readAllBytes(output))) : Optional.empty();
    }

    private static Seen seen(byte[] inspected) throws IOException {
        Fields fields = Json.parseObject(inspected, JsonLimits.DEFAULT);
        return new Seen(fields.text("Architecture"), fields.texts("Layers"), fields.texts("Env"));
    }

    private static byte[] config() {
        Execution execution = new Execution(
                List.of("/bin/app"), List.of(), new TreeMap<>(Map.of("A", "1")), "", new TreeSet<>(), new TreeSet<>());
        return new ImageConfig(Arch.X86_64, execution, List.of(Digest.of(LAYER)), UnikernelSettings.NONE).toBytes();
    }

    private static Manifest manifest(byte[] config) {
        return new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, config),
                List.of(Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, LAYER)
                        .withAnnotation(Annotations.LAYER, LayerKind.RUNTIME.toString())),
                Optional.empty(),
                new TreeMap<>());
    }

    private static String descriptor(byte[] layer) {
        return "{\"mediaType\":\"" + MediaTypes.LAYER_TAR_ZSTD + "\",\"digest\":\"" + Digest.of(layer) + "\",\"size\":"
                + layer.length + "}";
    }

    /// The digest and the size of a config as its manifest writes them.
    private static String described(String config) {
        return "\"digest\":\"" + Digest.of(bytes(config)) + "\",\"size\":" + bytes(config).length;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
