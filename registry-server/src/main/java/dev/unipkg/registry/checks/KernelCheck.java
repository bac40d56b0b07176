package dev.unipkg.registry.checks;

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
import dev.unipkg.kernels.file.FileHead;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.content.StoredBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks at a kernel release for one architecture: it is of the family whose repository it comes to, each of
/// its files is there and [begins as such a file does][Family#requireSound], and the kernel is among them.
@ApplicationScoped
class KernelCheck {

    private final StoredBytes stored;

    KernelCheck(StoredBytes stored) {
        this.stored = stored;
    }

    /// Checks a release before the index tells its architecture.
    ///
    /// @throws RefusedException when the repository is no kernel family, when the manifest is no release of it,
    ///     or when a file is not what its title says, for the architecture that the kernel is for
    Checked.Build check(PackageName repository, Manifest manifest) throws IOException {
        Family family = family(repository);
        requireFamily(family, manifest.requireKernel());
        FileHead kernel = kernel(repository, family, manifest);
        Optional<Arch> arch = family.kernelArch(repository.toString(), kernel);
        if (arch.isPresent()) {
            for (Descriptor file : manifest.layers()) {
                FileHead head = title(file).equals(kernel.title()) ? kernel : head(file);
                family.requireSound(repository.toString(), arch.get(), head);
            }
        }
        return new Checked.Build(
                new Checked.Release(
                        Repository.Kind.KERNEL, BuildCheck.version(manifest), manifest.annotations(), List.of()),
                Map.of());
    }

    /// A checked release as one build of a version.
    ///
    /// @param digest of the manifest
    /// @throws RefusedException when the kernel is for another architecture, when a file is missing that the
    ///     family needs on this one, or when a title comes twice or could lead elsewhere
    Checked.ReleaseBuild build(PackageName repository, Arch arch, Digest digest, Manifest manifest) throws IOException {
        Family family = family(repository);
        requireFamily(family, manifest);
        Arch own = family.kernelArch(repository.toString(), kernel(repository, family, manifest))
                .orElse(arch);
        if (own != arch) {
            throw new PublishRefusal.SaysOtherwise("architecture", arch.toString(), own.toString()).asException();
        }
        List<Checked.ReleaseLayer> files = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, Descriptor> file :
                KernelArtifact.files(manifest, arch).entrySet()) {
            Descriptor blob = file.getValue();
            size += blob.size();
            files.add(new Checked.ReleaseLayer(file.getKey(), blob.digest(), blob.size(), Optional.empty()));
        }
        return new Checked.ReleaseBuild(
                arch,
                digest,
                size,
                "{}",
                kernelFile(repository, family, manifest).digest(),
                files);
    }

    private FileHead kernel(PackageName repository, Family family, Manifest manifest) throws IOException {
        return head(kernelFile(repository, family, manifest));
    }

    private static Descriptor kernelFile(PackageName repository, Family family, Manifest manifest)
            throws RefusedException {
        return manifest.layers().stream()
                .filter(file -> file.annotation(Annotations.TITLE).equals(Optional.of(family.kernelTitle())))
                .findFirst()
                .orElseThrow(() -> new ProgramRefusal.MissingKernelFile(repository.toString(), family.kernelTitle())
                        .asException());
    }

    private FileHead head(Descriptor file) throws IOException {
        return new FileHead(title(file), file.size(), stored.head(file, FileHead.BYTES));
    }

    private static String title(Descriptor file) {
        return file.annotation(Annotations.TITLE).orElseThrow();
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
