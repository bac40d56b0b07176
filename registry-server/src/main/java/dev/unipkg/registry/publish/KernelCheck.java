package dev.unipkg.registry.publish;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.registry.catalog.Repository;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Looks at the files of a kernel release for one architecture: each is there, each has a title of its own,
/// and the kernel is among them.
@ApplicationScoped
public class KernelCheck {

    /// The namespace whose repositories are the kernel families.
    public static final String NAMESPACE = "kernels";

    /// The kernel itself, by family: what no release of it can be without.
    private static final Map<String, String> KERNEL_FILES =
            Map.of("nanos", "kernel.img", "linux", "vmlinuz", "unikraft", "kernel");

    private final StoredBytes stored;

    KernelCheck(StoredBytes stored) {
        this.stored = stored;
    }

    /// @throws RefusedException when the repository is no kernel family, or the manifest is no release of it
    Checked.Build check(PackageName repository, byte[] manifestBytes) throws IOException {
        String kernel = requireFamily(repository);
        Manifest manifest = Manifest.read(manifestBytes).requireKernel();
        Set<String> titles = new HashSet<>();
        for (Descriptor file : manifest.layers()) {
            String title = title(file);
            if (!titles.add(title)) {
                throw new DocumentRefusal.NotAPackage("two of its files have the title " + title).asException();
            }
            stored.requireSize(file);
        }
        if (!titles.contains(kernel)) {
            throw new ProgramRefusal.MissingKernelFile(repository.toString(), kernel).asException();
        }
        return new Checked.Build(release(manifest), Map.of());
    }

    /// What a release that was checked before says of itself; its architecture is said by the index alone.
    Checked.Release release(Manifest manifest) throws RefusedException {
        return new Checked.Release(
                Repository.Kind.KERNEL, BuildCheck.version(manifest), manifest.annotations(), List.of());
    }

    /// The files of a release that was checked before.
    static List<Checked.ReleaseLayer> files(Manifest manifest) {
        List<Checked.ReleaseLayer> files = new ArrayList<>();
        for (Descriptor file : manifest.layers()) {
            files.add(new Checked.ReleaseLayer(title(file), file.digest(), file.size(), Optional.empty()));
        }
        return files;
    }

    /// The title of the file that no release of this family is without.
    ///
    /// @throws RefusedException when the repository is not `kernels/<family>`
    static String requireFamily(PackageName repository) throws RefusedException {
        String kernel = KERNEL_FILES.get(repository.name());
        if (!repository.namespace().equals(NAMESPACE) || kernel == null) {
            throw new ProgramRefusal.UnknownKernelFamily(repository.toString()).asException();
        }
        return kernel;
    }

    private static String title(Descriptor file) {
        return file.annotation(Annotations.TITLE).orElse("");
    }
}
