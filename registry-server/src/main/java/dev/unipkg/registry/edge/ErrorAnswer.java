package dev.unipkg.registry.edge;

import dev.unipkg.api.Problem;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.problems.Reason;
import dev.unipkg.registry.wiring.BaseUrl;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The answer to a request that is refused, in the form that the clients of its path read.
///
/// @param status the HTTP status code
/// @param contentType of the body
/// @param body the document
/// @param headers that belong to the status, by name
record ErrorAnswer(int status, String contentType, byte[] body, Map<String, String> headers) {

    /// Long enough for a database to restart, short enough for a waiting user.
    private static final String RETRY_AFTER_SECONDS = "5";

    private static final Pattern REPOSITORY = Pattern.compile("/v2/([^?#]+?)/(?:blobs|manifests|tags|referrers)/.*");

    static ErrorAnswer to(Reason reason, HttpServerRequest request, Addresses addresses, BaseUrl baseUrl) {
        Meters.refused(reason.code());
        String path = request.path() == null ? "/" : request.path();
        String base = baseUrl.of(
                request.scheme(),
                request.authority() == null ? null : request.authority().toString());
        boolean oci = isOci(path);
        byte[] body = oci ? reason.ociErrors().toBytes() : reason.problem().toBytes();
        Map<String, String> headers = switch (reason.status()) {
            case 401 -> Map.of(HttpHeaders.WWW_AUTHENTICATE, challenge(reason, path, base));
            case 429, 503 -> Map.of(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
            case 405 -> Map.of(HttpHeaders.ALLOW, allowed(request.method().name(), addresses.methods(path)));
            default -> Map.of();
        };
        return new ErrorAnswer(reason.status(), oci ? "application/json" : Problem.MEDIA_TYPE, body, headers);
    }

    /// The methods of an address (RFC 9110 §15.5.6).
    private static String allowed(String method, SortedSet<String> methods) {
        return methods.stream().filter(allowed -> !allowed.equals(method)).collect(Collectors.joining(", "));
    }

    private static boolean isOci(String path) {
        return path.equals("/v2") || path.startsWith("/v2/");
    }

    /// Tells a client of the container world where its token is to be had, and anybody else to send a key (RFC
    /// 6750 §3).
    private static String challenge(Reason reason, String path, String base) {
        StringBuilder challenge = new StringBuilder();
        if (isOci(path) && !path.equals("/v2/token")) {
            challenge.append("Bearer realm=\"").append(base).append("/v2/token\",service=\"unipkg\"");
            Matcher repository = REPOSITORY.matcher(RepositoryPaths.outer(path));
            if (repository.matches()) {
                challenge
                        .append(",scope=\"repository:")
                        .append(headerSafe(repository.group(1)))
                        .append(":pull,push\"");
            }
        } else {
            challenge.append("Bearer realm=\"unipkg\"");
        }
        if (reason.code().equals("bad-credentials")) {
            challenge.append(",error=\"invalid_token\"");
        }
        return challenge.toString();
    }

    private static String headerSafe(String text) {
        return new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)
                .replaceAll("[^A-Za-z0-9._/-]", "?");
    }
}
