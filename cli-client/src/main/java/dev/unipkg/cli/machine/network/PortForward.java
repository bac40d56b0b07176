package dev.unipkg.cli.machine.network;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A port of this host that leads to a port of the guest.
///
/// @param hostAddress an IPv4 address of this host (QEMU's forwards know no IPv6)
/// @param hostPort 1 to 65535, or 0 until a free one is chosen
/// @param guestPort 1 to 65535
public record PortForward(String hostAddress, int hostPort, int guestPort, Protocol protocol) {

    /// Only this host can reach a forward that names no address.
    public static final String LOOPBACK = "127.0.0.1";

    /// TCP or UDP, in the lowercase word of QEMU's `hostfwd`.
    public enum Protocol {
        TCP,
        UDP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String EVERYWHERE = "0.0.0.0";
    private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern SHAPE = Pattern.compile("(?:(?<address>" + BYTE + "(?:\\." + BYTE
            + "){3}):)?(?:(?<host>\\d{1,5}):)?(?<guest>\\d{1,5})(?:/(?<protocol>tcp|udp))?");

    public PortForward {
        requirePort(hostPort, 0);
        requirePort(guestPort, 1);
    }

    /// Reads `[address:][host:]guest[/tcp|/udp]`, as in `8080:80`, `80` (the same port on both sides),
    /// `0:80` (any free port) or `0.0.0.0:5353:53/udp`.
    ///
    /// @throws IllegalArgumentException when the text is none of these
    public static PortForward parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new IllegalArgumentException("not a port forward: " + text
                    + "; expected [address:][host-port:]guest-port[/udp] with an IPv4 address, as in 8080:80");
        }
        int guest = Integer.parseInt(shape.group("guest"));
        String host = shape.group("host");
        String address = shape.group("address");
        return new PortForward(
                address == null ? LOOPBACK : address,
                host == null ? guest : Integer.parseInt(host),
                guest,
                "udp".equals(shape.group("protocol")) ? Protocol.UDP : Protocol.TCP);
    }

    /// The same forward from another port of this host.
    PortForward from(int port) {
        return new PortForward(hostAddress, port, guestPort, protocol);
    }

    /// Whether both want the same port of one address of this host.
    boolean overlaps(PortForward other) {
        return protocol == other.protocol
                && hostPort == other.hostPort
                && (hostAddress.equals(other.hostAddress)
                        || hostAddress.equals(EVERYWHERE)
                        || other.hostAddress.equals(EVERYWHERE));
    }

    /// The rule in the words of QEMU's `-netdev user,hostfwd=` and `hostfwd_add`.
    public String hostfwd() {
        return protocol + ":" + hostAddress + ":" + hostPort + "-:" + guestPort;
    }

    /// `address:host:guest/protocol`, which [#parse] reads.
    @Override
    public String toString() {
        return hostAddress + ":" + hostPort + ":" + guestPort + "/" + protocol;
    }

    private static void requirePort(int port, int least) {
        if (port < least || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port + "; expected " + least + " to 65535");
        }
    }
}
