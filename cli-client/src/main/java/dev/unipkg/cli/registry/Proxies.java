package dev.unipkg.cli.registry;

import dev.unipkg.cli.output.Failure;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// The proxies that the environment names, as curl reads it: `http_proxy`, `https_proxy` / `HTTPS_PROXY` and
/// `no_proxy` / `NO_PROXY` (see [NoProxy]). `HTTP_PROXY` in capitals is not read, because a
/// CGI server sets it from a request's header.
record Proxies(Map<String, String> environment) {

    static Proxies of(Map<String, String> environment) {
        return new Proxies(environment);
    }

    /// A proxy.
    ///
    /// @param variable that names it
    /// @param address unresolved; resolved when connecting
    record Named(String variable, InetSocketAddress address) {
        Proxy proxy() {
            return new Proxy(Proxy.Type.HTTP, address);
        }

        /// Without the password that the variable may have as well.
        @Override
        public String toString() {
            return address.getHostString() + ":" + address.getPort();
        }
    }

    /// The proxy through which the address is to be asked; empty where it is asked itself.
    Optional<Named> find(URI uri) {
        String variable =
                "https".equalsIgnoreCase(uri.getScheme()) ? either("https_proxy", "HTTPS_PROXY") : "http_proxy";
        String address = environment.getOrDefault(variable, "");
        if (address.isEmpty() || isExcepted(uri.getHost())) {
            return Optional.empty();
        }
        try {
            URI proxy = URI.create(address.contains("://") ? address : "http://" + address);
            int port = proxy.getPort() >= 0 ? proxy.getPort() : 80;
            return Optional.of(new Named(variable, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
        } catch (IllegalArgumentException _) {
            // Without its cause, which quotes all of the address.
            throw Failure.usage("%s names \"%s\" as proxy, which is no address; expected http://host:port"
                    .formatted(variable, Origin.withoutPassword(address)));
        }
    }

    private boolean isExcepted(String host) {
        return NoProxy.parse(environment.getOrDefault(either("no_proxy", "NO_PROXY"), ""))
                .covers(host);
    }

    private String either(String name, String otherName) {
        return environment.getOrDefault(name, "").isEmpty() ? otherName : name;
    }
}
