package dev.unipkg.cli.transfer;

import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.UnikraftIndex;
import java.util.List;
import java.util.Optional;

/// The content that a reference stands for: a version of a package, a kernel release, or a Unikraft image.
public sealed interface Artifact permits Resolved, UnikraftImage {

    /// The repository that it is in.
    PackageName name();

    /// The source: a registry's origin, or `_built`.
    String source();

    /// The digest of the index.
    Digest digest();

    /// The names that the registry has for it, see [Resolved#names].
    List<Refs.Ref> names();

    /// The content of an index that is on the shelf.
    ///
    /// @param ref the name that it is known by
    static Artifact onShelf(Refs.Ref ref, Index index) throws RefusedException {
        Optional<UnikraftIndex> unikraft = UnikraftIndex.find(index);
        return unikraft.isPresent()
                ? new UnikraftImage(
                        ref.name(),
                        ref.registry(),
                        Optional.of(ref.versionOrTag()),
                        ref.digest(),
                        unikraft.get(),
                        List.of())
                : new Resolved(ref.name(), ref.registry(), ref.digest(), index, List.of());
    }

    /// The package's version or kernel release, where it is one.
    Optional<Resolved> asVersion();
}
