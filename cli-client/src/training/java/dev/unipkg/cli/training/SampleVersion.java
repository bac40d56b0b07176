package dev.unipkg.cli.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.layer.LayerWriter;
import dev.unipkg.format.layer.WrittenLayer;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/// A small package, real in every byte: two layers for each of two architectures.
public final class SampleVersion {
    /// The version's index.
    public final byte[] index;

    /// Everything by digest: index, manifests, configs, layers.
    public final Map<Digest, byte[]> content = new LinkedHashMap<>();
    public final List<Descriptor> layers = new ArrayList<>();
    public final List<Digest> diffIds = new ArrayList<>();

    private final UnikernelSettings settings;

    public SampleVersion(String version, int programBytes, Arch... archs) throws IOException {
        this(version, programBytes, UnikernelSettings.NONE, archs);
    }

    SampleVersion(String version, int programBytes, UnikernelSettings settings, Arch... archs) throws IOException {
        this.settings = settings;
        List<Descriptor> builds = new ArrayList<>();
        for (Arch arch : archs) {
            builds.add(build(arch, version, programBytes));
        }
        TreeMap<String, String> annotations = new TreeMap<>(Map.of(Annotations.VERSION, version));
        Index made = new Index(Optional.of(MediaTypes.PACKAGE), builds, Optional.empty(), annotations);
        index = made.toBytes();
        keep(index);
    }

    public Digest digest() {
        return Digest.of(index);
    }

    /// The descriptor of a build's manifest.
    public Descriptor build(Arch arch) throws IOException {
        return requireNonNull(Index.read(index).builds().get(arch), arch.toString());
    }

    /// The bytes that have this digest.
    public byte[] bytes(Digest digest) {
        return requireNonNull(content.get(digest), digest.toString());
    }

    /// Writes it as an OCI image layout.
    public Path layout(Path folder) throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs").resolve("sha256"));
        for (Map.Entry<Digest, byte[]> blob : content.entrySet()) {
            Files.write(blobs.resolve(blob.getKey().hex()), blob.getValue());
        }
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Descriptor descriptor = Descriptor.of(MediaTypes.IMAGE_INDEX, index);
        Index top = new Index(Optional.empty(), List.of(descriptor), Optional.empty(), new TreeMap<>());
        Files.write(folder.resolve("index.json"), top.toBytes());
        return folder;
    }

    /// Puts it where a push would have put it.
    public void publish(FakeRegistry registry, String repository, String... tags) throws IOException {
        content.values().forEach(registry::putBlob);
        for (Descriptor build : Index.read(index).manifests()) {
            registry.documents.put(
                    repository + ":" + build.digest(),
                    new FakeRegistry.Document(MediaTypes.IMAGE_MANIFEST, bytes(build.digest())));
        }
        FakeRegistry.Document document = new FakeRegistry.Document(MediaTypes.IMAGE_INDEX, index);
        registry.documents.put(repository + ":" + digest(), document);
        for (String tag : tags) {
            registry.documents.put(repository + ":" + tag, document);
        }
    }

    private Descriptor build(Arch arch, String version, int programBytes) throws IOException {
        byte[] program = new byte[programBytes];
        // Random, so that the layer does not shrink and can be cut in the middle.
        new Random(arch.elfMachine()).nextBytes(program);
        List<Descriptor> both = List.of(
                layer(
                        "runtime",
                        FileTree.builder()
                                .file("bin/tool", new Content.Bytes(program), true)
                                .build()),
                layer(
                        "config",
                        FileTree.builder()
                                .file(
                                        "etc/tool.conf",
                                        Content.ofText(
                                                "version " + version + " for " + arch + "\n"),
                                        false)
                                .symlink("etc/link", "tool.conf")
                                .build()));
        Execution execution = new Execution(
                List.of("/bin/tool"),
                List.of("--serve"),
                new TreeMap<>(Map.of("MODE", "plain")),
                "/",
                new TreeSet<>(List.of("8080/tcp")),
                new TreeSet<>());
        List<Digest> ids = diffIds.subList(diffIds.size() - 2, diffIds.size());
        byte[] config = keep(new ImageConfig(arch, execution, ids, settings).toBytes());
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, config),
                both,
                Optional.empty(),
                new TreeMap<>(Map.of(Annotations.VERSION, version)));
        byte[] bytes = keep(manifest.toBytes());
        return Descriptor.of(MediaTypes.IMAGE_MANIFEST, bytes).withPlatform(Platform.of(arch));
    }

    private Descriptor layer(String kind, FileTree tree) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        WrittenLayer written = LayerWriter.write(tree, out);
        byte[] bytes = keep(out.toByteArray());
        diffIds.add(written.diffId());
        Descriptor layer = Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, bytes).withAnnotation(Annotations.LAYER, kind);
        layers.add(layer);
        return layer;
    }

    private byte[] keep(byte[] bytes) {
        content.put(Digest.of(bytes), bytes);
        return bytes;
    }

    public static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }
}
