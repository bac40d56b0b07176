package dev.unipkg.cli.compose;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.kernels.Image;
import java.util.Optional;
import java.util.Set;

/// An image on the shelf that is ready to be booted, and what `pkg run` must know of it.
public sealed interface Bootable permits ComposedImage, UnikraftBoot {

    /// The repository of the package or Unikraft image.
    PackageName name();

    /// The version, or the tag of an image that has none.
    String label();

    Image image();

    /// The choices for the image and its machine.
    Choices choices();

    /// The kernel's family and release, as far as it is known.
    String kernelName();

    /// The word of `--kernel` that chooses the same kernel again; empty where there is no choice.
    Optional<String> kernelChoice();

    /// The reference that stands for the same content whatever the registry's tags say by then.
    Reference again(Reference asked);

    /// How to see that the guest is ready, where the package says it.
    Optional<Readiness> readiness();

    /// Whether guests may continue from a snapshot, where the package says it.
    Optional<ResumeDeclaration> resume();

    /// The ports that the program listens on, as `80/tcp`.
    Set<String> ports();

    /// Directories whose content should outlive an instance.
    Set<String> volumes();
}
