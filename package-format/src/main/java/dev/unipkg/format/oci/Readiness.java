package dev.unipkg.format.oci;

import java.util.Optional;

/// How to see that an instance is ready: it accepts a TCP connection, or answers an HTTP GET with a status below 400.
///
/// @param port of the guest
/// @param httpPath the path of the GET, starting with `/`; empty for a TCP connection
public record Readiness(int port, Optional<String> httpPath) {

    public Readiness {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        if (httpPath.isPresent() && !isHttpPath(httpPath.get())) {
            throw new IllegalArgumentException("not the path of a URL: " + httpPath.get());
        }
    }

    private static boolean isHttpPath(String path) {
        return path.startsWith("/") && path.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
