package dev.unipkg.cli.machine.network;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The network of a machine.
///
/// @param forwards ports of this host that lead to the guest, none of them 0
/// @param reach of the guest's own connections; forwards lead to it in any case
public record Network(List<PortForward> forwards, Reach reach) {
    /// The Ethernet address of a guest's network card.
    public static final String CARD = "52:54:00:12:34:56";

    /// The places that a guest can connect to by itself.
    public enum Reach {
        /// Neither other machines nor this host.
        NOTHING,
        /// Other machines as this host reaches them, and not what listens on this host's loopback addresses.
        OUTSIDE,
        /// The same, and services on this host's loopback addresses at 10.0.2.2.
        HOST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Network {
        forwards = List.copyOf(forwards);
    }

    /// The forward that leads to a TCP port of the guest.
    public Optional<PortForward> forward(int guestPort) {
        return forwards.stream()
                .filter(forward -> forward.protocol() == PortForward.Protocol.TCP)
                .filter(forward -> forward.guestPort() == guestPort)
                .findFirst();
    }

    /// The same network without forwards.
    public Network withoutForwards() {
        return new Network(List.of(), reach);
    }

    /// The value of QEMU's `-netdev` for its own user-mode network, which cannot keep a guest from the loopback alone.
    public String userNetdev() {
        return "user,id=net"
                + (reach == Reach.NOTHING ? ",restrict=on" : "")
                + forwards.stream()
                        .map(forward -> ",hostfwd=" + forward.hostfwd())
                        .collect(Collectors.joining());
    }
}
