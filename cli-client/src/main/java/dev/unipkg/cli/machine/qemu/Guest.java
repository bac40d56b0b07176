package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.util.List;

/// A guest: the image to boot and the machine's resources.
///
/// @param cpus 1 to 255
public record Guest(Image image, Arch arch, Memory memory, int cpus, Network network) {
    /// The most processors that QEMU's boards take.
    public static final int MAX_CPUS = 255;

    public Guest {
        if (cpus < 1 || cpus > MAX_CPUS) {
            throw new IllegalArgumentException("not a number of processors: " + cpus + "; expected 1 to " + MAX_CPUS);
        }
    }

    /// Ports of this host that lead to it.
    public List<PortForward> forwards() {
        return network.forwards();
    }
}
