package dev.unipkg.registry.edge;

import dev.unipkg.registry.catalog.Answers;
import dev.unipkg.registry.catalog.EntityTags;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.HotKey;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.oci.ByteRange;
import dev.unipkg.registry.oci.OciHeaders;
import dev.unipkg.registry.problems.OciErrors;
import dev.unipkg.registry.problems.Rejection;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Answers requests that [HotAnswers] has cached, on the event loop and before any other part of the server:
/// documents from memory, blobs by `sendfile`. Reading is anonymous, so no caller is identified; other requests
/// go on to the resources.
@Singleton
class FastLane {

    private static final Logger LOG = Logger.getLogger(FastLane.class);

    private final HotAnswers hotAnswers;

    FastLane(HotAnswers hotAnswers) {
        this.hotAnswers = hotAnswers;
    }

    void answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        HotKey key = HotPaths.key(request.path());
        HotAnswers.Answer answer = key == null ? null : find(key);
        // Bad credentials are always refused, also where none were needed.
        if (key == null || answer == null || request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            context.next();
            return;
        }
        if (answer instanceof HotAnswers.Answer.File file && !file.isWhole()) {
            hotAnswers.forget(key);
            context.next();
            return;
        }
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.ETAG, EntityTags.of(answer.digest()));
        if (answer instanceof HotAnswers.Answer.OfVersion) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, Answers.A_MINUTE);
        } else {
            response.putHeader(OciHeaders.CONTENT_DIGEST, answer.digest())
                    .putHeader(
                            HttpHeaders.CACHE_CONTROL,
                            answer.immutable() ? OciHeaders.IMMUTABLE : OciHeaders.REVALIDATE);
        }
        if (EntityTags.match(request.getHeader(HttpHeaders.IF_NONE_MATCH), answer.digest())) {
            response.setStatusCode(HttpResponseStatus.NOT_MODIFIED.code()).end();
            return;
        }
        if (request.method() == HttpMethod.GET && !(answer instanceof HotAnswers.Answer.OfVersion)) {
            Meters.pulled(answer instanceof HotAnswers.Answer.File ? Meters.Pulled.BLOB : Meters.Pulled.MANIFEST);
        }
        switch (answer) {
            case HotAnswers.Answer.Document(var type, var digest, var bytes, var immutable) ->
                send(bytes, type, request, response);
            case HotAnswers.Answer.OfVersion(var digest, var bytes) ->
                send(bytes, MediaType.APPLICATION_JSON, request, response);
            case HotAnswers.Answer.File file -> send(key, file, context);
            case HotAnswers.Answer.Counted counted -> throw new IllegalStateException("counted elsewhere: " + key);
        }
    }

    /// The answer that can be sent from here. A download is recorded before its last byte is sent, which takes a
    /// thread, so the resource answers.
    private HotAnswers.@Nullable Answer find(HotKey key) {
        HotAnswers.Answer answer = hotAnswers.find(key);
        return answer instanceof HotAnswers.Answer.Counted ? null : answer;
    }

    private static void send(
            byte[] document, String mediaType, HttpServerRequest request, HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(document.length));
        if (request.method() == HttpMethod.HEAD) {
            response.end();
        } else {
            response.end(Buffer.buffer(document));
        }
    }

    private void send(HotKey key, HotAnswers.Answer.File file, RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream").putHeader("Accept-Ranges", "bytes");
        String range = EntityTags.rangeHolds(request.getHeader("If-Range"), file.digest())
                ? request.getHeader(OciHeaders.RANGE)
                : null;
        boolean head = request.method() == HttpMethod.HEAD;
        switch (ByteRange.of(head ? null : range, file.size())) {
            case ByteRange.Whole(var size) -> {
                response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(size));
                if (head || size == 0) {
                    response.end();
                } else {
                    response.sendFile(file.path().toString()).onFailure(fault -> giveUp(key, context, fault));
                }
            }
            case ByteRange.Part part ->
                response.setStatusCode(HttpResponseStatus.PARTIAL_CONTENT.code())
                        .putHeader("Content-Range", part.contentRange())
                        .sendFile(file.path().toString(), part.offset(), part.length())
                        .onFailure(fault -> giveUp(key, context, fault));
            case ByteRange.Unsatisfiable none ->
                response.setStatusCode(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE.code())
                        .putHeader("Content-Range", none.contentRange())
                        .putHeader(HttpHeaders.CONTENT_TYPE, OciErrors.MEDIA_TYPE)
                        .end(Buffer.buffer(OciErrors.of(new Rejection.NoSuchRange(file.size()))));
        }
    }

    /// Another process may delete the file between the look-up and the send. Then the resources answer; an
    /// answer that has begun is cut off, so that its client does not wait for the rest.
    private void giveUp(HotKey key, RoutingContext context, Throwable fault) {
        HttpServerResponse response = context.response();
        hotAnswers.forget(key);
        if (response.headWritten() || response.closed()) {
            if (!ClientGone.isSaidBy(fault)) {
                LOG.errorf("a blob was cut off: %s", fault);
            }
            response.reset();
            return;
        }
        response.headers().clear();
        response.setStatusCode(HttpResponseStatus.OK.code());
        context.next();
    }
}
