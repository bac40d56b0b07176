package dev.unipkg.registry.problems;

import dev.unipkg.format.api.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A reason to say no as it leaves, in the form that the path's clients read.
///
/// @param status the HTTP status code
/// @param contentType of the body
/// @param body the document
/// @param challenge the value of `WWW-Authenticate`, where the status is 401
record Answer(int status, String contentType, byte[] body, Optional<String> challenge) {

    private static final Pattern REPOSITORY = Pattern.compile("/v2/([^?#]+?)/(?:blobs|manifests|tags|referrers)/.*");

    /// @param path the request's path
    /// @param base where clients reach this registry, without a slash at the end
    static Answer to(Reason reason, String path, String base) {
        boolean oci = isOci(path);
        byte[] body = oci ? reason.ociErrors().toBytes() : reason.problem().toBytes();
        Optional<String> challenge =
                reason.status() == 401 ? Optional.of(challenge(reason, path, base)) : Optional.empty();
        return new Answer(reason.status(), oci ? "application/json" : Problem.MEDIA_TYPE, body, challenge);
    }

    private static boolean isOci(String path) {
        return path.equals("/v2") || path.startsWith("/v2/");
    }

    /// Tells a client of the container world where its token is to be had, and anybody else to send a key (RFC 6750
    /// §3).
    private static String challenge(Reason reason, String path, String base) {
        StringBuilder challenge = new StringBuilder();
        if (isOci(path) && !path.equals("/v2/token")) {
            challenge.append("Bearer realm=\"").append(base).append("/v2/token\",service=\"unipkg\"");
            Matcher repository = REPOSITORY.matcher(path);
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
