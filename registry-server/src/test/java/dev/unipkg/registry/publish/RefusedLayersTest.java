package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.elf;
import static dev.unipkg.registry.publish.PackageMaker.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import com.github.luben.zstd.Zstd;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.layer.ForgedTar;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.publish.PackageMaker.Layer;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers that are refused: archives that are damaged, lead outside of the root or unpack to too much.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RefusedLayersTest extends BadPushes {

    @Test
    void anEntryThatLeavesTheRoot() {
        refuse(packing(new ForgedTar().entry("../evil", '0', "")), 400, "unsafe-path");
    }

    @Test
    void anAbsoluteLink() {
        refuse(packing(new ForgedTar().entry("link", '2', "/etc/passwd")), 400, "link-leaves-root");
    }

    @Test
    void aLinkThatLeavesTheRoot() {
        refuse(packing(new ForgedTar().entry("link", '2', "../../etc/passwd")), 400, "link-leaves-root");
    }

    @Test
    void aLinkThatNeverEnds() {
        refuse(packing(new ForgedTar().entry("loop", '2', "loop")), 400, "link-loop");
    }

    @Test
    void aDevice() {
        refuse(packing(new ForgedTar().entry("null", '3', "")), 400, "device");
    }

    @Test
    void aHardLink() {
        refuse(packing(new ForgedTar().entry("hard", '1', "other")), 400, "hard-link");
    }

    @Test
    void aBomb() {
        refuse(packing(new ForgedTar().file("zeros", false, new byte[64 << 20])), 400, "bomb");
    }

    @Test
    void aTruncatedZstdFrame() {
        Layer whole = layer(
                LayerKind.RUNTIME, FileTree.builder().file("a", "some text").build());
        byte[] cut = Arrays.copyOf(whole.blob(), whole.blob().length - 5);
        refuse(
                build(Arch.X86_64, List.of(new Layer(LayerKind.RUNTIME, cut, whole.diffId())), new TreeMap<>()),
                400,
                "truncated");
    }

    @Test
    void aLayerThatIsNoZstdAtAll() {
        byte[] noise = "this is no archive".getBytes(StandardCharsets.UTF_8);
        Layer layer = new Layer(LayerKind.RUNTIME, noise, Digest.of(noise));
        refuse(build(Arch.X86_64, List.of(layer), new TreeMap<>()), 400, "corrupt");
    }

    @Test
    void aDiffIdThatIsAnothers() {
        Layer whole =
                layer(LayerKind.RUNTIME, FileTree.builder().file("a", "text").build());
        Layer lying = new Layer(LayerKind.RUNTIME, whole.blob(), Digest.of(new byte[0]));
        refuse(build(Arch.X86_64, List.of(lying), new TreeMap<>()), 400, "digest-mismatch");
    }

    @Test
    void layersThatCannotLieOverEachOther() {
        Layer file = layer(
                LayerKind.RUNTIME,
                FileTree.builder()
                        .file("bin/app", new Content.Bytes(elf(Arch.X86_64)), true)
                        .file("etc", "a file")
                        .build());
        Layer folder = layer(
                LayerKind.CONFIG,
                FileTree.builder().file("etc/x", "in a folder").build());
        refuse(build(Arch.X86_64, List.of(file, folder), new TreeMap<>()), 400, "conflict");
    }

    @ParameterizedTest
    @ValueSource(strings = {".unipkg", "TRAILER!!!"})
    void aFileWhereGuestsHaveTheirOwn(String path) {
        Build whole = build(Arch.X86_64, "in the way");
        Layer inTheWay =
                layer(LayerKind.CONFIG, FileTree.builder().file(path, "mine").build());
        Build build = build(Arch.X86_64, List.of(whole.layers().getFirst(), inTheWay), new TreeMap<>());
        requireRefused(build.push(pusher), 400, "conflict").body("errors[0].message", startsWith("\"" + path + "\""));
    }

    @Test
    void manyWrongBytesNeverMakeAFault() {
        Build build = build(Arch.X86_64, "mutations");
        List<Integer> statuses = new ArrayList<>();
        byte[] bytes = build.bytes();
        for (int i = 0; i < bytes.length; i += 37) {
            byte[] wrong = bytes.clone();
            wrong[i] ^= 0x55;
            statuses.add(pusher.manifest("1.0", wrong).extract().statusCode());
        }
        assertThat(statuses).isNotEmpty().allMatch(status -> status >= 400 && status < 500);
    }

    @Test
    void moreLayersThanAllowed() {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        pusher.blob(config);
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            layers.add(Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, ("layer " + i).getBytes(StandardCharsets.UTF_8)));
        }
        Manifest many = new Manifest(
                Optional.empty(),
                Descriptor.of(MediaTypes.EMPTY_JSON, config),
                layers,
                Optional.empty(),
                new TreeMap<>());
        requireRefused(pusher.manifest("many", many.toBytes()), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("layers"));
    }

    /// A package whose one layer is this tar.
    private static Build packing(ForgedTar forged) {
        byte[] tar = forged.tar();
        Layer layer = new Layer(LayerKind.RUNTIME, Zstd.compress(tar), Digest.of(tar));
        return build(Arch.X86_64, List.of(layer), new TreeMap<>());
    }
}
