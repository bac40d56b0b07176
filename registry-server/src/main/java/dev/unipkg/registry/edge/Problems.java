package dev.unipkg.registry.edge;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.problems.DeniedException;
import dev.unipkg.registry.problems.Reason;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.wiring.BaseUrl;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Maps every exception of a resource to an answer. A fault of ours is logged here once, with only the
/// request's method: paths and headers may identify a person.
class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    private final BaseUrl baseUrl;
    private final Addresses addresses;

    Problems(BaseUrl baseUrl, Addresses addresses) {
        this.baseUrl = baseUrl;
        this.addresses = addresses;
    }

    @ServerExceptionMapper(RefusedException.class)
    Response refused(RefusedException refused, HttpServerRequest request) {
        return answer(refused, request);
    }

    @ServerExceptionMapper(WebApplicationException.class)
    Response failed(WebApplicationException failure, HttpServerRequest request) {
        return answer(failure, request);
    }

    @ServerExceptionMapper(Throwable.class)
    Response failed(Throwable failure, HttpServerRequest request) {
        return answer(failure, request);
    }

    private Response answer(Throwable failure, HttpServerRequest request) {
        ErrorAnswer answer = ErrorAnswer.to(reasonFor(failure, request, addresses), request, addresses, baseUrl);
        Response.ResponseBuilder response =
                Response.status(answer.status()).type(answer.contentType()).entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }

    static Reason reasonFor(Throwable failure, HttpServerRequest request, Addresses addresses) {
        return switch (failure) {
            case RefusedException refused -> refused(refused.refusal());
            case DeniedException denied -> Reason.of(denied.denial());
            case RejectedException rejected -> Reason.of(rejected.rejection());
            case NotFoundException none -> Reason.of(addresses.unserved(request));
            case NotAllowedException method -> Reason.of(addresses.unserved(request));
            case NotSupportedException type -> Reason.of(new Rejection.UnsupportedMediaType());
            case NotAcceptableException type -> Reason.of(new Rejection.NotAcceptable());
            case WebApplicationException web
            when web.getResponse().getStatus() < 500 ->
                Reason.of(new Rejection.BadRequest("request", "one this address understands"));
            case Throwable wrapped
            when caused(wrapped) instanceof RefusedException refused -> refused(refused.refusal());
            default -> fault(failure, request);
        };
    }

    private static Reason refused(Refusal refusal) {
        if (refusal instanceof ContentRefusal.DiskFull) {
            LOG.error(refusal.message());
        }
        return Reason.of(refusal);
    }

    private static Reason fault(Throwable failure, HttpServerRequest request) {
        if (request.response().headWritten() && request.response().closed()) {
            // The answer broke because its client left.
            LOG.debug("a client went away");
            return Reason.of(new Rejection.Fault());
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (ClientGone.isSaidBy(cause)) {
                LOG.debug("a client went away");
                return Reason.of(new Rejection.BadRequest("body", "all of it, without long pauses"));
            }
            if (cause instanceof SQLException sql && isConnection(sql)) {
                LOG.errorf("the database does not answer: %s", sql.getMessage());
                return Reason.of(new Rejection.Unavailable("the database"));
            }
        }
        LOG.errorf(failure, "a %s request failed", request.method());
        return Reason.of(new Rejection.Fault());
    }

    /// Class 08 is "connection exception", 57P01 to 57P03 a database that shuts down or starts, 57014 a
    /// statement that took too long, class 53 a full disk or no connection left (PostgreSQL, appendix A); a
    /// pool that found no connection in time has no state at all.
    static boolean isConnection(SQLException failure) {
        String state = failure.getSQLState();
        return state == null
                || state.startsWith("08")
                || state.startsWith("53")
                || state.equals("57014")
                || state.startsWith("57P0");
    }

    private static Throwable caused(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause instanceof IOException ? cause : failure;
    }
}
