package dev.unipkg.registry.kernels;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes small kernel releases.
public final class KernelMaker {

    private KernelMaker() {}

    /// Publishes a Nanos release for two architectures and requires that it was taken.
    public static void publish(Pusher pusher, String version) throws IOException {
        Map<Arch, Descriptor> manifests = new EnumMap<>(Arch.class);
        for (Arch arch : List.of(Arch.X86_64, Arch.ARM64)) {
            manifests.put(arch, Descriptor.of(MediaTypes.IMAGE_MANIFEST, push(pusher, version, arch)));
        }
        byte[] index = KernelArtifact.index(Family.NANOS, new Version(version), manifests)
                .toBytes();
        pusher.index(version, index).statusCode(201);
    }

    /// Pushes a Nanos release for one architecture, requires that it was taken, and returns its manifest.
    static byte[] push(Pusher pusher, String version, Arch arch) throws IOException {
        TreeMap<String, Content> files = new TreeMap<>();
        for (String title : Family.NANOS.requiredTitles(arch)) {
            files.put(title, title.equals("boot.img") ? bootCode() : elf(arch, title + " of " + version));
        }
        files.put("klibs/tls", elf(arch, "tls of " + version));
        KernelArtifact artifact = KernelArtifact.of(KernelRelease.of(Family.NANOS, new Version(version), arch, files));
        for (KernelArtifact.Blob blob : artifact.blobs()) {
            pusher.blob(blob.content().readAll());
        }
        byte[] manifest = artifact.manifest().toBytes();
        pusher.manifest(Digest.of(manifest).toString(), manifest).statusCode(201);
        return manifest;
    }

    /// Boot code of two sectors, the second of which the first describes.
    public static Content bootCode() {
        return new Content.Bytes(ByteBuffer.allocate(1024)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0x1b2, 512)
                .putInt(0x1ba, 12)
                .putShort(0x1fe, (short) 0xaa55)
                .array());
    }

    /// A kernel or klib that says `text`.
    public static Content elf(Arch arch, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(PackageMaker.elf(arch));
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return new Content.Bytes(bytes.toByteArray());
    }
}
