package dev.unipkg.cli.compose;

import dev.unipkg.cli.transfer.UnikraftImage;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.format.oci.UnikraftIndex;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Image;
import java.util.Optional;
import java.util.Set;

/// A build of a Unikraft image that is ready to be booted.
///
/// @param artifact what was asked for
/// @param build of the machine's architecture
/// @param image with its command line
/// @param choices of the user, for the machine
public record UnikraftBoot(UnikraftImage artifact, UnikraftIndex.Build build, Image.Unikernel image, Choices choices)
        implements Bootable {

    @Override
    public PackageName name() {
        return artifact.name();
    }

    @Override
    public String label() {
        return artifact.tag().orElseGet(() -> artifact.digest().toString());
    }

    @Override
    public String kernelName() {
        return Family.UNIKRAFT
                + build.kernelVersion().map(version -> ":" + version).orElse("");
    }

    /// Empty: the kernel is part of the image.
    @Override
    public Optional<String> kernelChoice() {
        return Optional.empty();
    }

    /// With the digest, as tags move.
    @Override
    public Reference again(Reference asked) {
        return new Reference(asked.registry(), asked.name(), artifact.tag(), Optional.of(digest()));
    }

    @Override
    public Optional<Readiness> readiness() {
        return Optional.empty();
    }

    /// Empty: Unikraft images have no such declaration.
    @Override
    public Optional<ResumeDeclaration> resume() {
        return Optional.empty();
    }

    @Override
    public Set<String> ports() {
        return Set.of();
    }

    @Override
    public Set<String> volumes() {
        return Set.of();
    }

    private Digest digest() {
        return artifact.digest();
    }

    /// `namespace/name:tag`.
    @Override
    public String toString() {
        return artifact.toString();
    }
}
