package dev.unipkg.registry.problems;

import dev.unipkg.registry.wiring.BaseUrl;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.SortedSet;
import java.util.regex.Pattern;

/// Answers what never reaches a door: paths that nothing serves, addresses that two readers could read differently, and
/// requests for no host or for several, which HTTP/1.1 has none of (RFC 9112, section 3.2).
@ApplicationScoped
class RouteProblems {

    // Behind what only looks at requests, before what answers them.
    private static final int FIRST = Integer.MIN_VALUE + 2;

    private static final Pattern AMBIGUOUS = Pattern.compile("//|/\\.{1,2}(/|$)|\\\\|%2e|%2f|%5c|%00|%25");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|%[01][0-9a-f]|%7f");

    private static final Rejection NOT_ONE_HOST =
            new Rejection.BadRequest("Host", "one host's name or address, and its port");

    private final BaseUrl baseUrl;
    private final Addresses addresses;

    RouteProblems(BaseUrl baseUrl, Addresses addresses) {
        this.baseUrl = baseUrl;
        this.addresses = addresses;
    }

    void onRouter(@Observes Router router) {
        router.route().order(FIRST).handler(this::look).failureHandler(this::failed);
        router.route().last().handler(context -> answer(context, Reason.of(addresses.unserved(context.request()))));
    }

    /// No name here has a character that needs such an encoding, so whoever sends one wants to be misread.
    /// Nor has anything that is searched for a control character, and PostgreSQL takes no text with a zero in it.
    private void look(RoutingContext context) {
        String path = context.request().path();
        if (path == null || AMBIGUOUS.matcher(path.toLowerCase(Locale.ROOT)).find()) {
            answer(
                    context,
                    Reason.of(new Rejection.BadRequest(
                            "path", "a path without empty or dot segments, encoded slashes or backslashes")));
        } else if (CONTROL.matcher(context.request().uri().toLowerCase(Locale.ROOT))
                .find()) {
            answer(
                    context,
                    Reason.of(new Rejection.BadRequest("query", "a query without control characters, encoded or not")));
        } else if (isNotForOneHost(context)) {
            answer(context, Reason.of(NOT_ONE_HOST));
        } else if (context.request().method() == HttpMethod.OPTIONS) {
            tellMethods(context, path);
        } else {
            context.next();
        }
    }

    /// REST itself would name the methods of every address that begins alike.
    private void tellMethods(RoutingContext context, String path) {
        SortedSet<String> methods = addresses.methods(path);
        boolean door = path.startsWith("/api/") || path.startsWith("/v2/");
        if (context.request().headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
            context.next();
        } else if (!methods.isEmpty()) {
            context.response()
                    .setStatusCode(HttpResponseStatus.NO_CONTENT.code())
                    .putHeader(HttpHeaders.ALLOW, String.join(", ", methods))
                    .end();
        } else if (door) {
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

    private void failed(RoutingContext context) {
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
        Answer answer = Answer.to(reason, context.request(), addresses, baseUrl.of(context.request()));
        answer.headers().forEach(response::putHeader);
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType())
                .end(Buffer.buffer(answer.body()))
                .onFailure(gone -> context.request().connection().close());
    }
}
