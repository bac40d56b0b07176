package dev.unipkg.cli.rehearsal;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.shelf.ShelfSink;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.source.BuildPlan;
import dev.unipkg.format.source.Builder;
import dev.unipkg.format.source.Built;
import dev.unipkg.format.source.PackageSettings;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Puts a package of some megabytes and a kernel that boots nothing onto a shelf.
final class Props {
    // Enough for the loops that hash and copy to be noticed.
    private static final int PROGRAM_BYTES = 8 << 20;

    private Props() {}

    /// @param registry where the kernel is said to come from
    /// @return what a registry's API shows of the package, by path
    static Map<String, ApiRecord> put(Shelf shelf, String registry) throws IOException {
        Version version = new Version("1.0");
        PackageName name = new PackageName("acme", "tool");
        byte[] program = new byte[PROGRAM_BYTES];
        new Random(1).nextBytes(program);
        TreeMap<LayerKind, FileTree> layers = new TreeMap<>(Map.of(
                LayerKind.RUNTIME,
                FileTree.builder()
                        .file("bin/tool", new Content.Bytes(program), true)
                        .build(),
                LayerKind.CONFIG,
                FileTree.builder().file("etc/tool.conf", "mode = plain\n").build()));
        PackageSettings settings = PackageSettings.of(name, version, "/bin/tool");
        BuildPlan plan = new BuildPlan(name, version, settings, Arch.host(), layers, List.of());
        Built build = Builder.build(plan, new ShelfSink(shelf));
        Digest index = shelf.keep(Builder.index(plan, List.of(build)).toBytes());
        shelf.refs().put(Refs.BUILT_HERE, name, version.text(), index);
        putKernel(shelf, registry, version);
        return Shown.answers(shelf, name, version, index, build.descriptor());
    }

    private static void putKernel(Shelf shelf, String registry, Version version) throws IOException {
        TreeMap<String, Content> files = new TreeMap<>(Map.of(
                "vmlinuz",
                Content.ofText("kernel"),
                "busybox",
                Content.ofText("busybox"),
                "init",
                Content.ofText("init")));
        KernelArtifact artifact = KernelArtifact.of(KernelRelease.of(Family.LINUX, version, Arch.host(), files));
        for (KernelArtifact.Blob blob : artifact.blobs()) {
            Digest unused = shelf.keep(blob.content().readAll());
        }
        byte[] manifest = artifact.manifest().toBytes();
        Descriptor descriptor = Descriptor.of(MediaTypes.IMAGE_MANIFEST, manifest);
        Digest unused = shelf.keep(manifest);
        Digest index = shelf.keep(KernelArtifact.index(Family.LINUX, version, Map.of(Arch.host(), descriptor))
                .toBytes());
        shelf.refs().put(registry, Family.LINUX.repository(), version.text(), index);
        shelf.refs().put(registry, Family.LINUX.repository(), "stable", index);
    }
}
