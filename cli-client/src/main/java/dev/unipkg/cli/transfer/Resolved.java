package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.kernels.Family;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A reference, and the version it stands for.
///
/// @param source where it comes from, a registry's origin or `_built`
/// @param digest of the index
/// @param names what the registry calls it, for [Refs#record]. Record them only when the content is on the shelf and
///     verified: a recorded version counts as present and is not asked for again. Empty where the shelf was the source.
public record Resolved(PackageName name, String source, Digest digest, Index index, List<Refs.Ref> names)
        implements Artifact {

    public Resolved {
        names = List.copyOf(names);
    }

    @Override
    public Optional<Resolved> asVersion() {
        return Optional.of(this);
    }

    /// The version that the index says it is.
    public Version version() throws RefusedException {
        return index.version();
    }

    /// Whether it was built on this machine, and so may be on no registry.
    public boolean isBuiltHere() {
        return source.equals(Refs.BUILT_HERE);
    }

    /// The build for this architecture.
    ///
    /// @throws Failure when there is none
    public Descriptor build(Arch arch) throws RefusedException {
        Map<Arch, Descriptor> builds = index.builds();
        Descriptor build = builds.get(arch);
        if (build == null) {
            String others = builds.keySet().stream().map(Arch::toString).collect(Collectors.joining(", "));
            throw Failure.notFound(
                            "%s:%s has no build for %s; it has %s".formatted(called(name), version(), arch, others))
                    .next("choose one of these with --arch");
        }
        return build;
    }

    /// The display name of a repository: a kernel by its family alone, as it is typed.
    static String called(PackageName name) {
        return isKernel(name) ? name.name() : name.toString();
    }

    /// Whether kernel releases are in this repository.
    static boolean isKernel(PackageName name) {
        return name.namespace().equals(Family.NAMESPACE);
    }
}
