package dev.unipkg.registry.wiring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.UriInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The address that clients reach this registry at, for links in answers.
@ApplicationScoped
public class BaseUrl {

    private final Optional<String> configured;

    BaseUrl(Settings settings) {
        this.configured = settings.url()
                .map(URI::toString)
                .map(url -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    /// A sentence for the operator, if other machines reach the registry under any name that their clients
    /// choose; empty if the address is configured, or if only this machine can come.
    ///
    /// @param host where the server listens
    public static Optional<String> warning(String host, Optional<String> configured) {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        if (configured.isPresent() || address != null && address.isLoopbackAddress()) {
            return Optional.empty();
        }
        return Optional.of(
                "unipkg.url is not set, so the registry calls itself what each client calls it, also where it"
                        + " says where to log in; set it to the address that clients use, as in https://packages.example.org");
    }

    /// The configured address, otherwise the one that this client used; without a slash at the end.
    public String of(UriInfo uri) {
        return of(uri.getBaseUri().getScheme(), uri.getBaseUri().getRawAuthority());
    }

    /// The configured address, otherwise the one that a client used; without a slash at the end.
    ///
    /// @param authority the host and port of the request, where it names them
    public String of(String scheme, @Nullable String authority) {
        return configured.orElseGet(() -> scheme + "://" + (authority == null ? "localhost" : authority));
    }
}
