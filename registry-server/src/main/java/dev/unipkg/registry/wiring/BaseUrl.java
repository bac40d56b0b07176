package dev.unipkg.registry.wiring;

import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Optional;

/// Where clients reach this registry, for the addresses it hands out.
@ApplicationScoped
public class BaseUrl {

    private final Optional<String> configured;

    BaseUrl(Settings settings) {
        this.configured = settings.url()
                .map(URI::toString)
                .map(url -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    /// The configured address, otherwise the one this client used; without a slash at the end.
    public String of(HttpServerRequest request) {
        return configured.orElseGet(() -> {
            String host = request.authority() == null
                    ? "localhost"
                    : request.authority().toString();
            return request.scheme() + "://" + host;
        });
    }
}
