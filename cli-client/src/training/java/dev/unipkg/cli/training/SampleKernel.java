package dev.unipkg.cli.training;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/// A release of a few bytes: enough to be published, fetched and composed, not to boot.
public final class SampleKernel {
    private static final int SECTOR = 512;
    private static final int REGION_LENGTH = 0x1b2;
    private static final int REGION_TYPE = 0x1ba;
    private static final int FILE_SYSTEM_REGION = 12;
    private static final short SIGNATURE = (short) 0xaa55;

    private SampleKernel() {}

    /// Puts it where a push would have put it; returns the digest of its index.
    public static Digest publish(FakeRegistry registry, String version, String... tags) throws IOException {
        return publishFor(Arch.X86_64, registry, version, tags);
    }

    /// The same of Nanos, which makes disks.
    public static Digest publishNanos(Arch arch, FakeRegistry registry, String version, String... tags)
            throws IOException {
        return publish(Family.NANOS, arch, registry, version, tags);
    }

    public static Digest publishFor(Arch arch, FakeRegistry registry, String version, String... tags)
            throws IOException {
        return publish(Family.LINUX, arch, registry, version, tags);
    }

    /// A Linux that reads the disks of large packages.
    public static Digest publishWithDisk(FakeRegistry registry, String version, String... tags) throws IOException {
        Map<String, Content> modules = Map.of(
                "modules/00-erofs.ko", Content.ofText("erofs"), "modules/01-overlay.ko", Content.ofText("overlay"));
        return publish(Family.LINUX, Arch.X86_64, modules, registry, version, tags);
    }

    private static Digest publish(Family family, Arch arch, FakeRegistry registry, String version, String... tags)
            throws IOException {
        return publish(family, arch, Map.of(), registry, version, tags);
    }

    private static Digest publish(
            Family family, Arch arch, Map<String, Content> more, FakeRegistry registry, String version, String... tags)
            throws IOException {
        TreeMap<String, Content> files = new TreeMap<>(Map.of(
                family.kernelTitle(),
                Content.ofText("kernel " + version),
                family == Family.NANOS ? "boot.img" : "busybox",
                family == Family.NANOS ? new Content.Bytes(bootCode()) : Content.ofText("code"),
                family == Family.NANOS ? "klibs/tls" : "init",
                Content.ofText("#!code")));
        files.putAll(more);
        KernelRelease release = KernelRelease.of(family, new Version(version), arch, files);
        KernelArtifact artifact = KernelArtifact.of(release);
        for (KernelArtifact.Blob blob : artifact.blobs()) {
            registry.putBlob(blob.content().readAll());
        }
        byte[] manifest = artifact.manifest().toBytes();
        put(
                registry,
                family,
                MediaTypes.IMAGE_MANIFEST,
                manifest,
                Digest.of(manifest).toString());
        Index index = KernelArtifact.index(
                family, new Version(version), Map.of(arch, Descriptor.of(MediaTypes.IMAGE_MANIFEST, manifest)));
        put(
                registry,
                family,
                MediaTypes.IMAGE_INDEX,
                index.toBytes(),
                Digest.of(index.toBytes()).toString());
        put(registry, family, MediaTypes.IMAGE_INDEX, index.toBytes(), version);
        for (String tag : tags) {
            put(registry, family, MediaTypes.IMAGE_INDEX, index.toBytes(), tag);
        }
        return Digest.of(index.toBytes());
    }

    // Two sectors, of which the first tells of the second and is signed.
    private static byte[] bootCode() {
        ByteBuffer code = ByteBuffer.allocate(2 * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        code.putLong(REGION_LENGTH, SECTOR).putInt(REGION_TYPE, FILE_SYSTEM_REGION);
        code.putShort(SECTOR - Short.BYTES, SIGNATURE);
        return code.array();
    }

    private static void put(FakeRegistry registry, Family family, String mediaType, byte[] bytes, String reference) {
        registry.documents.put(family.repository() + ":" + reference, new FakeRegistry.Document(mediaType, bytes));
    }
}
