package dev.unipkg.cli.registry;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The hosts that `no_proxy` excepts from the proxy, by the rules of curl (`--noproxy` in curl's manual): names match
/// themselves and everything below them, addresses match themselves or a network in CIDR notation, and `*` alone
/// matches every host. Ports do not count.
///
/// @param entries in lowercase
record NoProxy(List<String> entries) {

    private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");
    private static final Pattern DOTTED_QUAD = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

    NoProxy {
        entries = List.copyOf(entries);
    }

    static NoProxy parse(String list) {
        String all = list.toLowerCase(Locale.ROOT);
        List<String> entries =
                SEPARATORS.splitAsStream(all).filter(entry -> !entry.isEmpty()).toList();
        // A star among others is the name of a host.
        return new NoProxy(all.equals("*") ? List.of("*") : entries);
    }

    /// Whether a host is asked without a proxy.
    ///
    /// @param uriHost as URIs have it, with an IPv6 address in brackets
    boolean covers(String uriHost) {
        if (entries.equals(List.of("*"))) {
            return true;
        }
        String host = uriHost.toLowerCase(Locale.ROOT);
        Optional<byte[]> address = address(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
        return entries.stream()
                .anyMatch(entry -> address.isPresent() ? holds(entry, address.get()) : isDomainOf(entry, host));
    }

    private static boolean isDomainOf(String entry, String host) {
        String name = withoutLastDot(host);
        String domain = withoutLastDot(entry.startsWith(".") ? entry.substring(1) : entry);
        return !domain.isEmpty() && (name.equals(domain) || name.endsWith("." + domain));
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean holds(String entry, byte[] address) {
        int slash = entry.indexOf('/');
        Optional<byte[]> network = address(slash < 0 ? entry : entry.substring(0, slash));
        if (network.isEmpty() || network.get().length != address.length) {
            return false;
        }
        int all = address.length * Byte.SIZE;
        int bits = slash < 0 ? all : bits(entry.substring(slash + 1), all);
        return bits >= 0 && differAt(network.get(), address) >= bits;
    }

    /// How many bits of the network count; -1 for what is no such number. Curl compares all bits for 0.
    private static int bits(String text, int all) {
        if (!BITS.matcher(text).matches() || Integer.parseInt(text) > all) {
            return -1;
        }
        int bits = Integer.parseInt(text);
        return bits == 0 ? all : bits;
    }

    /// The first bit in which the two differ; their length where they are the same.
    private static int differAt(byte[] a, byte[] b) {
        for (int i = 0; i < a.length; i++) {
            int difference = (a[i] ^ b[i]) & 0xff;
            if (difference != 0) {
                return i * Byte.SIZE + Integer.numberOfLeadingZeros(difference) - (Integer.SIZE - Byte.SIZE);
            }
        }
        return a.length * Byte.SIZE;
    }

    private static Optional<byte[]> address(String text) {
        try {
            if (DOTTED_QUAD.matcher(text).matches()) {
                return Optional.of(Inet4Address.ofLiteral(text).getAddress());
            }
            return text.contains(":") ? Optional.of(Inet6Address.ofLiteral(text).getAddress()) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
