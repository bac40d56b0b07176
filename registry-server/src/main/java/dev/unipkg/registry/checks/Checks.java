package dev.unipkg.registry.checks;

import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.kernels.Family;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/// Looks at what is pushed as whoever uses it would: packages and kernel releases closely, anything else not at all.
@ApplicationScoped
public class Checks {

    private final BuildCheck builds;
    private final KernelCheck kernels;
    private final IndexCheck indexes;

    Checks(BuildCheck builds, KernelCheck kernels, IndexCheck indexes) {
        this.builds = builds;
        this.kernels = kernels;
        this.indexes = indexes;
    }

    /// @throws RefusedException when the manifest is not what it says it is
    public Checked check(PackageName repository, PushedManifest manifest) throws IOException {
        Checked checked = look(repository, manifest);
        if (checked.asRelease().isPresent()) {
            Annotations.requireShortTexts(checked.asRelease().get().annotations());
        }
        return checked;
    }

    private Checked look(PackageName repository, PushedManifest manifest) throws IOException {
        if (manifest.isA(MediaTypes.PACKAGE)) {
            if (repository.namespace().equals(Family.NAMESPACE)) {
                throw new NameRefusal.ReservedName(repository.namespace()).asException();
            }
            return manifest.isIndex()
                    ? indexes.checkPackage(repository, manifest.bytes())
                    : builds.check(manifest.bytes());
        }
        if (manifest.isA(MediaTypes.KERNEL)) {
            return manifest.isIndex()
                    ? indexes.checkKernel(repository, manifest.bytes())
                    : kernels.check(repository, manifest.bytes());
        }
        return new Checked.Plain();
    }
}
