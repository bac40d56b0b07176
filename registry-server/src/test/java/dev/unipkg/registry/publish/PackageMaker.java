package dev.unipkg.registry.publish;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.layer.LayerWriter;
import dev.unipkg.format.layer.WrittenLayer;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.oci.Pusher;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Makes small packages, right and wrong ones.
public final class PackageMaker {

    private PackageMaker() {}

    /// A layer as it is stored, with what its manifest and config say of it.
    public record Layer(LayerKind kind, byte[] blob, Digest diffId) {

        public Descriptor descriptor() {
            return Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, blob).withAnnotation(Annotations.LAYER, kind.toString());
        }
    }

    /// A build: everything that is pushed before the manifest, and the manifest.
    public record Build(Arch arch, byte[] config, List<Layer> layers, Manifest manifest) {

        /// Pushes config and layers.
        public void pushBlobs(Pusher pusher) {
            pusher.blob(config);
            layers.forEach(layer -> pusher.blob(layer.blob()));
        }

        /// Pushes everything by digest.
        public ValidatableResponse push(Pusher pusher) {
            pushBlobs(pusher);
            return pusher.manifest(digest().toString(), bytes());
        }

        public byte[] bytes() {
            return manifest.toBytes();
        }

        public Digest digest() {
            return Digest.of(bytes());
        }

        public Descriptor descriptor() {
            return Descriptor.of(MediaTypes.IMAGE_MANIFEST, bytes()).withPlatform(Platform.of(arch));
        }
    }

    /// An ELF program that is one empty segment: enough to see for which processor it is, and that it is whole.
    public static byte[] elf(Arch arch) {
        return ByteBuffer.allocate(128)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .putShort(16, (short) 2)
                .putShort(18, (short) arch.elfMachine())
                .putInt(20, 1)
                .putLong(32, 64)
                .putShort(54, (short) 56)
                .putShort(56, (short) 1)
                .putInt(64, 1)
                .array();
    }

    /// A package of one program that says `text`.
    public static Build build(Arch arch, String text) {
        return build(arch, elf(arch), text);
    }

    /// A package whose program has these bytes.
    public static Build build(Arch arch, byte[] program, String text) {
        FileTree runtime = FileTree.builder()
                .file("bin/app", new Content.Bytes(program), true)
                .symlink("bin/alias", "app")
                .file("etc/motd", text)
                .build();
        FileTree config = FileTree.builder().file("etc/app.conf", "port = 80\n").build();
        return build(
                arch, List.of(layer(LayerKind.RUNTIME, runtime), layer(LayerKind.CONFIG, config)), new TreeMap<>());
    }

    /// A package of these layers.
    public static Build build(Arch arch, List<Layer> layers, SortedMap<String, String> annotations) {
        Execution execution = new Execution(
                List.of("/bin/app"), List.of(), new TreeMap<>(), "", new TreeSet<>(List.of("80/tcp")), new TreeSet<>());
        return build(arch, layers, annotations, execution);
    }

    /// A package of these layers that is run as it says.
    public static Build build(
            Arch arch, List<Layer> layers, SortedMap<String, String> annotations, Execution execution) {
        ImageConfig config = new ImageConfig(
                arch, execution, layers.stream().map(Layer::diffId).toList(), UnikernelSettings.NONE);
        byte[] configBytes = config.toBytes();
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, configBytes),
                layers.stream().map(Layer::descriptor).toList(),
                Optional.empty(),
                annotations);
        return new Build(arch, configBytes, layers, manifest);
    }

    /// A layer that holds this tree.
    public static Layer layer(LayerKind kind, FileTree tree) {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        try {
            WrittenLayer written = LayerWriter.write(tree, blob);
            return new Layer(kind, blob.toByteArray(), written.diffId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The index that makes builds a version.
    public static byte[] index(String version, Build... builds) {
        return index(version, "a small program", builds);
    }

    /// The index that makes builds a version with a description.
    public static byte[] index(String version, String description, Build... builds) {
        SortedMap<String, String> annotations = new TreeMap<>();
        annotations.put(Annotations.VERSION, version);
        annotations.put(Annotations.DESCRIPTION, description);
        annotations.put(Annotations.LICENSES, "Apache-2.0");
        return index(annotations, builds);
    }

    /// The index that makes builds a version with these annotations.
    public static byte[] index(SortedMap<String, String> annotations, Build... builds) {
        List<Descriptor> descriptors = new ArrayList<>();
        for (Build build : builds) {
            descriptors.add(build.descriptor());
        }
        return new Index(Optional.of(MediaTypes.PACKAGE), descriptors, Optional.empty(), annotations).toBytes();
    }

    /// Publishes a version of builds and requires that it was taken.
    ///
    /// @return the digest of the index
    public static Digest publish(Pusher pusher, String version, Build... builds) {
        for (Build build : builds) {
            build.push(pusher).statusCode(201);
        }
        byte[] index = index(version, builds);
        pusher.index(new dev.unipkg.format.Version(version).tag(), index).statusCode(201);
        return Digest.of(index);
    }
}
