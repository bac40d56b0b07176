package dev.unipkg.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KernelArtifactTest {

    @Test
    void aReleaseIsPlainFilesWithTitles() throws IOException {
        KernelArtifact artifact = KernelArtifact.of(KernelFiles.linux());
        Manifest manifest = Manifest.read(artifact.manifest().toBytes());
        assertThat(manifest.artifactType()).contains("application/vnd.unipkg.kernel.v1");
        assertThat(manifest.config().mediaType()).isEqualTo("application/vnd.oci.empty.v1+json");
        assertThat(manifest.annotations())
                .containsEntry("dev.unipkg.kernel.family", "linux")
                .containsEntry("org.opencontainers.image.version", "6.1.0-56-cloud");
        assertThat(KernelArtifact.files(manifest, Arch.X86_64).keySet())
                .containsExactly("busybox", "init", "modules/00-virtio.ko", "modules/01-virtio_net.ko", "vmlinuz");
        for (KernelArtifact.Blob blob : artifact.blobs()) {
            assertThat(blob.descriptor().digest())
                    .isEqualTo(Digest.of(blob.content().readAll()));
            assertThat(blob.descriptor().size()).isEqualTo(blob.content().size());
        }
    }

    @Test
    void whatIsDescribedIsReadAgain() throws IOException {
        KernelRelease release = KernelFiles.linux();
        KernelArtifact artifact = KernelArtifact.of(release);
        SortedMap<String, Content> contents = new TreeMap<>();
        for (KernelArtifact.Blob blob : artifact.blobs()) {
            blob.descriptor().annotation(Annotations.TITLE).ifPresent(title -> contents.put(title, blob.content()));
        }
        Manifest manifest = Manifest.read(artifact.manifest().toBytes());
        assertThat(KernelArtifact.release(manifest, Arch.X86_64, contents)).isEqualTo(release);
    }

    @Test
    void theIndexSaysWhichManifestIsForWhichArchitecture() throws IOException {
        Descriptor x86 = Descriptor.of(MediaTypes.IMAGE_MANIFEST, "1".getBytes(StandardCharsets.UTF_8));
        Descriptor arm = Descriptor.of(MediaTypes.IMAGE_MANIFEST, "2".getBytes(StandardCharsets.UTF_8));
        Index index =
                KernelArtifact.index(Family.NANOS, new Version("0.1.55"), Map.of(Arch.ARM64, arm, Arch.X86_64, x86));
        Index read = Index.read(index.toBytes()).requireKernel();
        assertThat(read.version()).isEqualTo(new Version("0.1.55"));
        assertThat(read.builds())
                .hasEntrySatisfying(
                        Arch.ARM64, build -> assertThat(build.digest()).isEqualTo(arm.digest()))
                .hasEntrySatisfying(
                        Arch.X86_64, build -> assertThat(build.digest()).isEqualTo(x86.digest()));
    }

    @Test
    void aReleaseWithoutItsKernelIsRefused() throws IOException {
        assertThat(refusal(manifest(Family.LINUX, "busybox", "init")))
                .isEqualTo(new ProgramRefusal.MissingKernelFile("linux:1.0", "vmlinuz"));
        assertThat(refusal(manifest(Family.NANOS, "kernel.img")))
                .isEqualTo(new ProgramRefusal.MissingKernelFile("nanos:1.0", "boot.img"));
        assertThat(refusal(manifest(Family.NANOS, "klibs/tls", "boot.img")))
                .isEqualTo(new ProgramRefusal.MissingKernelFile("nanos:1.0", "kernel.img"));
        assertThatThrownBy(() ->
                        KernelRelease.of(Family.UNIKRAFT, new Version("1.0"), Arch.ARM64, KernelFiles.titled("initrd")))
                .hasMessageContaining("no file \"kernel\"");
    }

    @Test
    void titlesThatCouldLeadElsewhereAreRefused() throws IOException {
        for (String title : List.of(
                "../kernel.img",
                "/etc/passwd",
                "klibs/../../x",
                "a//b",
                "a\\b",
                ".hidden",
                "a/b/c/d",
                "",
                "ä",
                "a b")) {
            assertThat(refusal(manifest(Family.NANOS, "boot.img", "kernel.img", title)))
                    .isInstanceOfAny(ArchiveRefusal.UnsafePath.class, ArchiveRefusal.InvalidPath.class);
        }
    }

    @Test
    void aTitleThatComesTwiceIsRefused() throws IOException {
        Manifest once = manifest(Family.NANOS, "boot.img", "kernel.img");
        List<Descriptor> layers = new ArrayList<>(once.layers());
        layers.add(layers.getFirst());
        assertThat(refusal(
                        new Manifest(once.artifactType(), once.config(), layers, Optional.empty(), once.annotations())))
                .isEqualTo(new ArchiveRefusal.DuplicateEntry("boot.img"));
    }

    @Test
    void anUnknownFamilyIsRefused() throws IOException {
        Manifest nanos = manifest(Family.NANOS, "boot.img", "kernel.img");
        SortedMap<String, String> annotations = new TreeMap<>(nanos.annotations());
        annotations.put(Annotations.KERNEL_FAMILY, "minix");
        assertThat(refusal(new Manifest(
                        nanos.artifactType(), nanos.config(), nanos.layers(), Optional.empty(), annotations)))
                .isEqualTo(new ProgramRefusal.UnknownKernelFamily("minix"));
        annotations.remove(Annotations.KERNEL_FAMILY);
        assertThat(refusal(new Manifest(
                        nanos.artifactType(), nanos.config(), nanos.layers(), Optional.empty(), annotations)))
                .isInstanceOf(DocumentRefusal.MissingField.class);
    }

    private static Manifest manifest(Family family, String... titles) throws IOException {
        return KernelArtifact.of(new KernelRelease(family, new Version("1.0"), Arch.X86_64, KernelFiles.titled(titles)))
                .manifest();
    }

    private static Refusal refusal(Manifest manifest) throws IOException {
        try {
            KernelArtifact.files(manifest, Arch.X86_64);
        } catch (RefusedException e) {
            return e.refusal();
        }
        throw new AssertionError("taken: " + manifest);
    }
}
