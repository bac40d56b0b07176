package dev.unipkg.cli.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/// No answer, or only the beginning of one, came from a registry, or from the proxy before it.
public final class Unreachable extends IOException {
    private static final long serialVersionUID = 1L;

    private final String sentence;
    private final String next;

    Unreachable(URI uri, IOException cause) {
        this(
                sentence(Origin.of(uri), cause),
                "see that the registry runs and that its address is right (--registry, PKG_REGISTRY)",
                cause);
    }

    private Unreachable(String sentence, String next, IOException cause) {
        super(sentence, cause);
        this.sentence = sentence;
        this.next = next;
    }

    /// For what was asked through a proxy: where no connection came about, it is the proxy that is not there.
    static Unreachable through(Proxies.Named proxy, URI uri, IOException cause) {
        Origin origin = Origin.of(uri);
        String who = "the proxy " + proxy + ", which " + proxy.variable() + " names for " + origin;
        String sentence = switch (cause) {
            case UnknownHostException _ -> "no host is known by the name of " + who;
            case ConnectException e -> "nothing answers at " + who + " (" + e.getMessage() + ")";
            case NoRouteToHostException e -> "there is no way from here to " + who + " (" + e.getMessage() + ")";
            default -> sentence(origin, cause) + ", asked through the proxy " + proxy;
        };
        return new Unreachable(
                sentence,
                "see that " + proxy.variable() + " is right, or ask without it: name " + origin.host() + " in no_proxy",
                cause);
    }

    /// The message: what happened.
    String sentence() {
        return sentence;
    }

    /// The next step.
    public String next() {
        return next;
    }

    // The JDK's message for a first record that is not TLS, such as a plain HTTP answer.
    private static boolean speaksNoTls(SSLException e) {
        return String.valueOf(e.getMessage()).contains("Unsupported or unrecognized SSL message");
    }

    private static String sentence(Origin origin, IOException cause) {
        return switch (cause) {
            case UnknownHostException e -> "no host is known by the name " + origin.host();
            case ConnectException e -> "nothing answers at " + origin + " (" + e.getMessage() + ")";
            case NoRouteToHostException e -> "there is no way to " + origin + " from here (" + e.getMessage() + ")";
            case SocketTimeoutException e -> origin + " did not answer in time";
            case SSLException e
            when speaksNoTls(e) -> origin + " does not speak TLS; where that is meant to be so, name it with http://";
            case SSLException e -> origin + " could not prove who it is (" + e.getMessage() + ")";
            default -> "the connection to " + origin + " broke (" + cause.getMessage() + ")";
        };
    }
}
