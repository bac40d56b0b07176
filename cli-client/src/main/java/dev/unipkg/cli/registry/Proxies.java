package dev.unipkg.cli.registry;

import dev.unipkg.cli.talk.Failure;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Locale;
import java.util.Map;

/// The proxies that the environment names, as curl reads it: `http_proxy`, `https_proxy` / `HTTPS_PROXY` and
/// `no_proxy` / `NO_PROXY` (a list of hosts and domains, or `*`). `HTTP_PROXY` in capitals is not read, because a
/// CGI server sets it from a request's header.
record Proxies(Map<String, String> environment) {

    static Proxies of(Map<String, String> environment) {
        return new Proxies(environment);
    }

    Proxy find(URI uri) {
        String address = "https".equalsIgnoreCase(uri.getScheme())
                ? value("https_proxy", "HTTPS_PROXY")
                : value("http_proxy", "");
        if (address.isEmpty() || isExcepted(uri.getHost().toLowerCase(Locale.ROOT))) {
            return Proxy.NO_PROXY;
        }
        try {
            URI proxy = URI.create(address.contains("://") ? address : "http://" + address);
            int port = proxy.getPort() >= 0 ? proxy.getPort() : 80;
            return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port));
        } catch (IllegalArgumentException e) {
            throw Failure.usage("the environment names \"" + address + "\" as proxy, which is no address")
                    .causedBy(e);
        }
    }

    private boolean isExcepted(String host) {
        for (String entry : value("no_proxy", "NO_PROXY").split(",")) {
            String domain = entry.strip().toLowerCase(Locale.ROOT);
            String suffix = domain.startsWith(".") ? domain : "." + domain;
            if (domain.equals("*") || !domain.isEmpty() && (host.equals(domain) || host.endsWith(suffix))) {
                return true;
            }
        }
        return false;
    }

    private String value(String name, String otherName) {
        String value = environment.getOrDefault(name, "");
        return value.isEmpty() ? environment.getOrDefault(otherName, "") : value;
    }
}
