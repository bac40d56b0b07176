package dev.unipkg.cli.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/// No answer, or only the beginning of one, came from a registry.
public final class Unreachable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreachable(URI uri, IOException cause) {
        super(sentence(Origin.of(uri), cause), cause);
    }

    private static String sentence(Origin origin, IOException cause) {
        return switch (cause) {
            case UnknownHostException e -> "no host is known by the name " + origin.host();
            case ConnectException e -> "nothing answers at " + origin + " (" + e.getMessage() + ")";
            case NoRouteToHostException e -> "there is no way to " + origin + " from here (" + e.getMessage() + ")";
            case SocketTimeoutException e -> origin + " did not answer in time";
            case SSLException e -> origin + " could not prove who it is (" + e.getMessage() + ")";
            default -> "the connection to " + origin + " broke (" + cause.getMessage() + ")";
        };
    }
}
