package dev.unipkg.cli.compose;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.kernels.Image;
import java.util.Optional;
import java.util.Set;

/// An image on the shelf, and what went into it.
///
/// @param config of the build
/// @param choices merged: what the image was made with and the machine should have
/// @param kernel its family, release and architecture
/// @param build the digest of the build's manifest
/// @param key the digest of all that went in; the same inputs have the same key and are composed once
public record ComposedImage(
        PackageName name,
        Version version,
        Image image,
        ImageConfig config,
        Choices choices,
        KernelOnShelf kernel,
        Digest build,
        Digest key)
        implements Bootable {

    @Override
    public String label() {
        return version.text();
    }

    @Override
    public String kernelName() {
        return kernel.toString();
    }

    @Override
    public Optional<String> kernelChoice() {
        return Optional.of(kernel.toString());
    }

    /// With the version, which never changes.
    @Override
    public Reference again(Reference asked) {
        return new Reference(asked.registry(), asked.name(), Optional.of(version.text()), asked.digest());
    }

    @Override
    public Optional<Readiness> readiness() {
        return config.unikernel().readiness();
    }

    @Override
    public Optional<ResumeDeclaration> resume() {
        return config.unikernel().resume();
    }

    @Override
    public Set<String> ports() {
        return config.execution().exposedPorts();
    }

    @Override
    public Set<String> volumes() {
        return config.execution().volumes();
    }

    /// `namespace/name:version`.
    @Override
    public String toString() {
        return name + ":" + version;
    }
}
