package dev.unipkg.cli.registry;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the `Authorization` of a request: what the user gave for its origin, or a token that the registry's token
/// service hands out (distribution, "Token Authentication Specification").
final class Authorizer {
    /// A quoted string, which may hold anything, or the beginning of a challenge for a token: one header may have
    /// several challenges (RFC 9110, section 11.6.1).
    private static final Pattern BEARER = Pattern.compile("(?i)\"[^\"]*\"|(?<![^\\s,])Bearer\\s+");

    /// The characters that a header may hold unescaped; every kind of token uses fewer (RFC 6750, section 2.1).
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    private static final Pattern PARAMETER = Pattern.compile("([a-z]+)=\"([^\"]*)\"");
    private static final int TOKEN_LIMIT = 64 << 10;

    private final Http http;
    private final Keyring keyring;
    private final Set<String> tokenServices;
    // A token lives for the few minutes of a command, per origin and scope.
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    Authorizer(Http http, Keyring keyring, Set<String> tokenServices) {
        this.http = http;
        this.keyring = keyring;
        this.tokenServices = Set.copyOf(tokenServices);
    }

    /// The credentials for the first attempt.
    Optional<String> before(Request request) throws IOException {
        if (request.asker() != Request.Asker.KNOWN) {
            return Optional.ofNullable(tokens.get(tokenKey(request.uri())));
        }
        Optional<Credential> credential = keyring.find(Origin.of(request.uri()));
        return switch (credential.orElse(null)) {
            case null -> Optional.empty();
            case Credential.Key key -> Optional.of(key.authorization());
            case Credential.Login login ->
                Optional.of(tokens.getOrDefault(tokenKey(request.uri()), login.authorization()));
        };
    }

    /// The credentials for a second attempt after a 401; empty if there are no better ones.
    Optional<String> after(Request request, Response refused, Optional<String> sent) throws IOException {
        Origin origin = Origin.of(request.uri());
        Optional<Credential> credential = keyring.find(origin);
        if (credential.isPresent() && credential.get() instanceof Credential.Key key) {
            return Optional.of(key.authorization()).filter(value -> !sent.equals(Optional.of(value)));
        }
        for (String challenge : refused.headers("WWW-Authenticate")) {
            Optional<String> bearer = bearer(challenge);
            if (bearer.isPresent()) {
                Optional<String> token = token(origin, bearer.get(), credential).map(value -> "Bearer " + value);
                if (token.isPresent()) {
                    tokens.put(tokenKey(request.uri()), token.get());
                    return token;
                }
            }
        }
        return credential.map(Credential::authorization).filter(value -> !sent.equals(Optional.of(value)));
    }

    /// The text behind the first `Bearer` of a header.
    private static Optional<String> bearer(String challenges) {
        Matcher found = BEARER.matcher(challenges);
        while (found.find()) {
            if (challenges.charAt(found.start()) != '"') {
                return Optional.of(challenges.substring(found.end()));
            }
        }
        return Optional.empty();
    }

    private Optional<String> token(Origin origin, String challenge, Optional<Credential> credential)
            throws IOException {
        Matcher parameters = PARAMETER.matcher(challenge);
        Map<String, String> values = new TreeMap<>();
        while (parameters.find()) {
            // A parameter that comes again belongs to the next challenge.
            values.putIfAbsent(parameters.group(1), parameters.group(2));
        }
        // In the container world a realm is the address of the token service; elsewhere it is a word (RFC 6750,
        // section 3), and there is no token to be had.
        if (!values.getOrDefault("realm", "").matches("(?i)https?:.*")) {
            return Optional.empty();
        }
        URI realm = realm(origin, values);
        // Another port of the host is asked as a stranger: it may be another user's.
        Optional<String> authorization = Origin.of(realm).host().equals(origin.host())
                        && !Origin.of(realm).equals(origin)
                ? Optional.empty()
                : credential.map(Credential::authorization);
        try (Response response =
                http.follow(Request.get(realm), authorization, service -> requireAllowed(origin, service))) {
            if (!response.isSuccess()) {
                return Optional.empty();
            }
            Fields answer = Json.parseObject(response.bytes(TOKEN_LIMIT), JsonLimits.DEFAULT);
            Optional<String> token = answer.optionalText("token");
            return (token.isPresent() ? token : answer.optionalText("access_token")).filter(TOKEN.asMatchPredicate());
        }
    }

    private URI realm(Origin origin, Map<String, String> values) {
        StringBuilder uri = new StringBuilder(values.getOrDefault("realm", ""));
        char separator = uri.indexOf("?") < 0 ? '?' : '&';
        for (String name : new String[] {"service", "scope"}) {
            if (values.containsKey(name)) {
                uri.append(separator)
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(values.get(name), StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        try {
            URI realm = URI.create(uri.toString());
            if (origin.isDowngradeTo(Origin.of(realm))) {
                throw Failure.refused("downgrade", origin + " sends to " + realm + " for a token, from https to http");
            }
            requireAllowed(origin, Origin.of(realm));
            return realm;
        } catch (IllegalArgumentException e) {
            throw Failure.network(origin + " names \"" + uri + "\" as its token service, which is no address")
                    .causedBy(e);
        }
    }

    /// A registry could have any address asked, also inside the user's network, by its challenge or by a redirect
    /// of its token service, and would get the answer as a token. So only its own host is asked, and those that the
    /// user allows.
    private void requireAllowed(Origin registry, Origin service) {
        if (!service.host().equals(registry.host()) && !tokenServices.contains(service.authority())) {
            throw Failure.refused(
                            "foreign-token-service",
                            "%s sends to %s for a token, which is another host".formatted(registry, service))
                    .next("if that is right, add a line to the config file: token-services = " + service.authority());
        }
    }

    // Scopes are per repository: everything below /v2/<namespace>/<name>/.
    private static String tokenKey(URI uri) {
        String[] parts = uri.getPath().split("/");
        return Origin.of(uri) + " " + (parts.length > 3 ? parts[2] + "/" + parts[3] : "");
    }
}
