package dev.unipkg.cli.registry;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Sends requests and follows redirects. The JDK's older client is used because it starts 40 ms faster than
/// `java.net.http`, which is most of what a short command takes; all it does by itself (redirects, cookies,
/// caches) is switched off.
///
/// A credential goes to the origin it was given for and nowhere else: not to a host that a redirect or an upload
/// location names, and never from https to http, which is not followed at all. Only blobs are read from another host,
/// as many registries keep them in object storage.
public final class Http {
    private static final int MAX_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int BUFFER = 1 << 16;

    private final boolean offline;
    private final Pace pace;
    private final Authorizer authorizer;

    /// @param offline whether to refuse to open any socket
    /// @param pace the slowest that answers may come
    /// @param tokenServices the hosts besides a registry's own that may be asked for its tokens, as `host[:port]`
    public Http(boolean offline, Pace pace, Keyring keyring, Set<String> tokenServices) {
        this.offline = offline;
        this.pace = pace;
        this.authorizer = new Authorizer(this, keyring, tokenServices);
    }

    /// Sends the request; the answer has any status but a redirect's. Says who asks as the request's [Request.Asker]
    /// has it.
    ///
    /// @throws IOException when nothing, or only a part of an answer, came back
    Response send(Request request) throws IOException {
        if (request.asker() == Request.Asker.STRANGER) {
            return follow(request, Optional.empty(), hop(request));
        }
        Optional<String> authorization = authorizer.before(request);
        Response response = follow(request, authorization, hop(request));
        if (response.status() != 401) {
            return response;
        }
        Optional<String> better = authorizer.after(request, response, authorization);
        if (better.isEmpty()) {
            return response;
        }
        response.close();
        return follow(request, better, hop(request));
    }

    /// Says where a redirect may lead.
    @FunctionalInterface
    interface Hop {
        /// @throws Failure when it may not lead there
        void requireAllowed(Origin to);
    }

    private static Hop hop(Request request) {
        return to -> {
            if (!request.isOfBlob()
                    && !to.host().equals(Origin.of(request.uri()).host())) {
                throw Failure.refused(
                        "foreign-redirect", request.uri() + " redirects to " + to + ", which is another host");
            }
        };
    }

    /// Sends the request with exactly this `Authorization`, to its own origin only.
    Response follow(Request request, Optional<String> authorization, Hop hop) throws IOException {
        Origin home = Origin.of(request.uri());
        URI uri = request.uri();
        for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
            boolean atHome = Origin.of(uri).equals(home);
            Response response = exchange(request, uri, atHome ? authorization : Optional.empty());
            if (!REDIRECTS.contains(response.status()) || request.body().isPresent()) {
                return response;
            }
            uri = target(uri, response);
            response.close();
            hop.requireAllowed(Origin.of(uri));
        }
        throw Failure.network(request.uri() + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private static URI target(URI from, Response response) {
        String location = response.header("Location").orElse("");
        try {
            URI to = from.resolve(location);
            if (Origin.of(from).isDowngradeTo(Origin.of(to))) {
                throw Failure.refused("downgrade", from + " redirects to " + to + ", from https to http");
            }
            return to;
        } catch (IllegalArgumentException e) {
            throw Failure.network(from + " redirects to \"" + location + "\", which is no address")
                    .causedBy(e);
        }
    }

    private Response exchange(Request request, URI uri, Optional<String> authorization) throws IOException {
        if (offline) {
            throw Failure.network(Origin.of(uri) + " is needed for this, but --offline was given")
                    .next("try again without --offline");
        }
        Optional<Proxies.Named> proxy = Proxies.of(System.getenv()).find(uri);
        HttpURLConnection connection =
                open(request, uri, proxy.map(Proxies.Named::proxy).orElse(Proxy.NO_PROXY));
        authorization.ifPresent(value -> connection.setRequestProperty("Authorization", value));
        try {
            int status = status(request, connection, headLimit(request));
            InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
            return new Response(
                    status,
                    uri,
                    connection,
                    body == null ? InputStream.nullInputStream() : new PacedStream(body, pace));
        } catch (IOException e) {
            connection.disconnect();
            throw proxy.isPresent() ? Unreachable.through(proxy.get(), uri, e) : new Unreachable(uri, e);
        } catch (StackOverflowError e) {
            // The JDK reads every interim answer (RFC 9110, 15.2) one call deeper, without a limit.
            connection.disconnect();
            throw Failure.network(uri + " sends interim answers (HTTP status 1xx) without an end")
                    .causedBy(e);
        }
    }

    private HttpURLConnection open(Request request, URI uri, Proxy proxy) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(proxy);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout((int) pace.silence().toMillis());
        connection.setReadTimeout((int) (request.isChecked() ? pace.check() : pace.silence()).toMillis());
        connection.setRequestMethod(request.method());
        // Fixed, because the default tells the version of Java and so something about who asks.
        connection.setRequestProperty("User-Agent", "pkg");
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            connection.setRequestProperty(header.getKey(), header.getValue());
        }
        return connection;
    }

    private Duration headLimit(Request request) {
        return request.isChecked() ? pace.check() : pace.head();
    }

    private static int status(Request request, HttpURLConnection connection, Duration limit) throws IOException {
        if (request.body().isEmpty()) {
            return Deadline.within(limit, connection, connection::getResponseCode);
        }
        Request.Body body = request.body().get();
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.size());
        try (InputStream in = body.source().open();
                OutputStream out = Deadline.within(limit, connection, connection::getOutputStream)) {
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (HttpRetryException e) {
            return e.responseCode();
        } catch (IOException e) {
            return earlyAnswer(connection, limit, e);
        }
        try {
            return Deadline.within(limit, connection, connection::getResponseCode);
        } catch (HttpRetryException e) {
            return e.responseCode();
        }
    }

    // A registry that refuses an upload may answer and hang up before all of it was sent.
    private static int earlyAnswer(HttpURLConnection connection, Duration limit, IOException whileSending)
            throws IOException {
        try {
            int status = Deadline.within(limit, connection, connection::getResponseCode);
            if (status >= 400) {
                return status;
            }
        } catch (IOException e) {
            whileSending.addSuppressed(e);
        }
        throw whileSending;
    }
}
