package dev.unipkg.registry.publish;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.registry.catalog.Repository;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks at a kernel release for one architecture: it is of the family whose repository it comes to, each of
/// its files is there, and the kernel is among them.
@ApplicationScoped
class KernelCheck {

    private final StoredBytes stored;

    KernelCheck(StoredBytes stored) {
        this.stored = stored;
    }

    /// What can be said of a release before the index tells its architecture.
    ///
    /// @throws RefusedException when the repository is no kernel family, or the manifest is no release of it
    Checked.Build check(PackageName repository, byte[] manifestBytes) throws IOException {
        Family family = family(repository);
        Manifest manifest = Manifest.read(manifestBytes).requireKernel();
        requireFamily(family, manifest);
        stored.requireSize(manifest.config());
        boolean kernel = false;
        for (Descriptor file : manifest.layers()) {
            stored.requireSize(file);
            kernel |= file.annotation(Annotations.TITLE).equals(Optional.of(family.kernelTitle()));
        }
        if (!kernel) {
            throw new ProgramRefusal.MissingKernelFile(repository.toString(), family.kernelTitle()).asException();
        }
        return new Checked.Build(
                new Checked.Release(
                        Repository.Kind.KERNEL, BuildCheck.version(manifest), manifest.annotations(), List.of()),
                Map.of());
    }

    /// A checked release as one build of a version.
    ///
    /// @throws RefusedException when a file is missing that the family needs on this architecture, or a title
    ///     comes twice or could lead elsewhere
    static Checked.ReleaseBuild build(PackageName repository, Arch arch, byte[] manifestBytes) throws RefusedException {
        Manifest manifest = Manifest.read(manifestBytes);
        requireFamily(family(repository), manifest);
        List<Checked.ReleaseLayer> files = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, Descriptor> file :
                KernelArtifact.files(manifest, arch).entrySet()) {
            Descriptor blob = file.getValue();
            size += blob.size();
            files.add(new Checked.ReleaseLayer(file.getKey(), blob.digest(), blob.size(), Optional.empty()));
        }
        return new Checked.ReleaseBuild(arch, Digest.of(manifestBytes), size, "{}", files);
    }

    /// The family whose repository this is.
    ///
    /// @throws RefusedException when it is not `kernels/<family>`
    private static Family family(PackageName repository) throws RefusedException {
        if (!repository.namespace().equals(Family.NAMESPACE)) {
            throw new ProgramRefusal.UnknownKernelFamily(repository.toString()).asException();
        }
        return Family.of(repository.name());
    }

    private static void requireFamily(Family family, Manifest manifest) throws RefusedException {
        Family own = KernelArtifact.family(manifest);
        if (own != family) {
            throw new PublishRefusal.SaysOtherwise("kernel family", family.toString(), own.toString()).asException();
        }
    }
}
