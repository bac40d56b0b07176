package dev.unipkg.cli.machine;

import java.util.List;
import java.util.stream.Collectors;

/// The network of a machine: QEMU's user-mode network.
///
/// @param forwards ports of this host that lead to the guest, none of them 0
/// @param isolated whether the guest can be reached through its forwards and reaches nothing itself: neither other
///     machines, nor this host, whose own loopback addresses a guest sees as 10.0.2.2
public record Network(List<PortForward> forwards, boolean isolated) {
    public Network {
        forwards = List.copyOf(forwards);
    }

    /// The word of QEMU's `-netdev`.
    String netdev() {
        return "user,id=net"
                + (isolated ? ",restrict=on" : "")
                + forwards.stream().map(forward -> "," + forward.hostfwd()).collect(Collectors.joining());
    }
}
