package dev.unipkg.registry.edge;

import dev.unipkg.registry.problems.Reason;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.wiring.BaseUrl;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.WeakHashMap;
import java.util.regex.Pattern;

/// Answers requests that reach no resource: for paths that nothing serves, for addresses that two readers could
/// read differently, for no host or for several, which HTTP/1.1 does not allow (RFC 9112, section 3.2), and
/// with bodies whose end two readers could see in different places (section 6.3).
@Singleton
class RouteProblems {

    // A semicolon begins parameters of a segment, which JAX-RS cuts off before it looks for a resource, and others do
    // not (RFC 3986, section 3.3).
    private static final Pattern AMBIGUOUS = Pattern.compile("//|/\\.{1,2}(/|$)|\\\\|;|%2e|%2f|%3b|%5c|%00|%25");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|%[01][0-9a-f]|%7f");

    private static final Rejection NOT_ONE_HOST =
            new Rejection.BadRequest("Host", "one host's name or address, and its port");

    private static final Rejection NOT_CHUNKED =
            new Rejection.BadRequest("Transfer-Encoding", "chunked alone, or no such header and a Content-Length");

    private final BaseUrl baseUrl;
    private final Addresses addresses;

    /// The connections on which the end of a body was lost. Connections are equal only to themselves.
    private final Set<HttpConnection> lost =
            Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    /// Whether there ever was a lost connection, which is rare and quicker to look at than the set.
    private volatile boolean anyLost;

    RouteProblems(BaseUrl baseUrl, Addresses addresses) {
        this.baseUrl = baseUrl;
        this.addresses = addresses;
    }

    void answerUnserved(RoutingContext context) {
        answer(context, Reason.of(addresses.unserved(context.request())));
    }

    /// Names here have no character that needs such an encoding, so such a request tries to be misread. Search
    /// texts have no control characters, and PostgreSQL takes no text with a NUL.
    void refuseAmbiguous(RoutingContext context) {
        String path = context.request().path();
        String sent = RepositoryPaths.sent(context);
        if (path == null
                || sent == null
                || AMBIGUOUS.matcher(sent.toLowerCase(Locale.ROOT)).find()) {
            answer(
                    context,
                    Reason.of(new Rejection.BadRequest(
                            "path",
                            "a path without empty or dot segments, semicolons, backslashes or encoded slashes")));
        } else if (CONTROL.matcher(context.request().uri().toLowerCase(Locale.ROOT))
                .find()) {
            answer(
                    context,
                    Reason.of(new Rejection.BadRequest("query", "a query without control characters, encoded or not")));
        } else if (isNotForOneHost(context)) {
            answer(context, Reason.of(NOT_ONE_HOST));
        } else if (isEncodedOtherwise(context)) {
            loseTrack(context);
        } else if (context.request().method() == HttpMethod.OPTIONS) {
            tellMethods(context, path);
        } else {
            context.next();
        }
    }

    /// REST itself would name the methods of every address that begins alike.
    private void tellMethods(RoutingContext context, String path) {
        SortedSet<String> methods = addresses.methods(path);
        boolean api = path.startsWith("/api/") || path.startsWith("/v2/");
        if (context.request().headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
            context.next();
        } else if (!methods.isEmpty()) {
            context.response()
                    .setStatusCode(HttpResponseStatus.NO_CONTENT.code())
                    .putHeader(HttpHeaders.ALLOW, String.join(", ", methods))
                    .end();
        } else if (api) {
            answer(context, Reason.of(addresses.unserved(context.request())));
        } else {
            context.next();
        }
    }

    private static boolean isNotForOneHost(RoutingContext context) {
        HostAndPort host = context.request().authority();
        return host == null
                || host.host().isEmpty()
                || context.request().headers().getAll(HttpHeaders.HOST).size() > 1;
    }

    /// Whether that, or what came before on the connection, hides where the body ends.
    private boolean isEncodedOtherwise(RoutingContext context) {
        List<String> encodings = context.request().headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        boolean plain = encodings.isEmpty()
                || encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked");
        return !plain || anyLost && lost.contains(context.request().connection());
    }

    /// The bytes behind it may be the rest of the body or a smuggled request. None of them is processed, and no
    /// more are read.
    private void loseTrack(RoutingContext context) {
        lost.add(context.request().connection());
        anyLost = true;
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        answer(context, Reason.of(NOT_CHUNKED));
        context.request().connection().close();
    }

    void answerFailure(RoutingContext context) {
        Throwable failure = context.failure();
        if (isNotForOneHost(context)) {
            answer(context, Reason.of(NOT_ONE_HOST));
            return;
        }
        if (failure != null) {
            answer(context, Problems.reasonFor(failure, context.request(), addresses));
            return;
        }
        answer(
                context,
                Reason.of(
                        switch (context.statusCode()) {
                            case 404, 405 -> addresses.unserved(context.request());
                            case 406 -> new Rejection.NotAcceptable();
                            case 415 -> new Rejection.UnsupportedMediaType();
                            case 503 -> new Rejection.Unavailable("the registry");
                            default ->
                                context.statusCode() < 500
                                        ? new Rejection.BadRequest("request", "one this address understands")
                                        : new Rejection.Fault();
                        }));
    }

    private void answer(RoutingContext context, Reason reason) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten()) {
            context.request().connection().close();
            return;
        }
        ErrorAnswer answer = ErrorAnswer.to(reason, context.request(), addresses, baseUrl);
        answer.headers().forEach(response::putHeader);
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType())
                .end(Buffer.buffer(answer.body()))
                .onFailure(gone -> context.request().connection().close());
    }
}
