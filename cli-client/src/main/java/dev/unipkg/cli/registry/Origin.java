package dev.unipkg.cli.registry;

import dev.unipkg.cli.output.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Scheme, host and port: what a credential belongs to (RFC 6454, "The Web Origin Concept").
///
/// @param scheme `http` or `https`
/// @param host in lowercase
/// @param port never the default of -1
public record Origin(String scheme, String host, int port) {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]");

    /// Reads a registry as a person writes it: a URL, or `host[:port]`, which means https except on this machine.
    ///
    /// @throws Failure when it is not a registry's address
    public static Origin parse(String text) {
        String url = text.contains("://") ? text : (isLoopback(text) ? "http://" : "https://") + text;
        try {
            URI uri = new URI(url);
            String path = uri.getRawPath();
            if (uri.getUserInfo() != null || path != null && !path.isEmpty() && !path.equals("/")) {
                throw notARegistry(text);
            }
            return of(uri);
        } catch (URISyntaxException | IllegalArgumentException _) {
            // Without its cause, which quotes all of the text.
            throw notARegistry(text);
        }
    }

    /// The origin of an absolute http or https URI.
    ///
    /// @throws IllegalArgumentException when it is no such URI
    public static Origin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("not an http or https address: " + uri);
        }
        if (uri.getPort() > 65_535) {
            throw new IllegalArgumentException("not a port: " + uri);
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
    }

    /// An address at this origin.
    ///
    /// @param pathAndQuery already encoded, with a leading slash
    public URI at(String pathAndQuery) {
        return URI.create(this + pathAndQuery);
    }

    /// `host` or `host:port`, as in a reference.
    public String authority() {
        boolean usual = port == (scheme.equals("https") ? 443 : 80);
        return usual ? host : host + ":" + port;
    }

    /// Whether continuing at the other origin would send in clear text what was encrypted before.
    boolean isDowngradeTo(Origin other) {
        return scheme.equals("https") && !other.scheme.equals("https");
    }

    @Override
    public String toString() {
        return scheme + "://" + authority();
    }

    private static boolean isLoopback(String authority) {
        int colon = authority.startsWith("[") ? authority.indexOf("]:") + 1 : authority.indexOf(':');
        String host = colon > 0 ? authority.substring(0, colon) : authority;
        return LOOPBACK.matcher(host).matches();
    }

    private static Failure notARegistry(String text) {
        return Failure.usage("not a registry's address: \"" + withoutPassword(text)
                + "\"; expected http(s)://host[:port] or host[:port], without a path or a user");
    }

    /// A mistyped address, for messages. The match is greedy, because the password may contain an `@`.
    static String withoutPassword(String text) {
        return text.replaceFirst("(?s)^([A-Za-z0-9+.-]*://)?.*@", "$1***@");
    }
}
