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
import java.io.IOException;
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
            TreeMap<String, Content> files = new TreeMap<>();
            for (String title : Family.NANOS.requiredTitles(arch)) {
                files.put(title, Content.ofText(title + " of " + version + " for " + arch));
            }
            files.put("klibs/tls", Content.ofText("tls of " + version));
            KernelArtifact artifact =
                    KernelArtifact.of(KernelRelease.of(Family.NANOS, new Version(version), arch, files));
            for (KernelArtifact.Blob blob : artifact.blobs()) {
                pusher.blob(blob.content().readAll());
            }
            byte[] manifest = artifact.manifest().toBytes();
            pusher.manifest(Digest.of(manifest).toString(), manifest).statusCode(201);
            manifests.put(arch, Descriptor.of(MediaTypes.IMAGE_MANIFEST, manifest));
        }
        byte[] index = KernelArtifact.index(Family.NANOS, new Version(version), manifests)
                .toBytes();
        pusher.index(version, index).statusCode(201);
    }
}
