package dev.unipkg.registry.ops;

import dev.unipkg.api.Problem;
import dev.unipkg.format.json.Json;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.problems.DeniedException;
import dev.unipkg.registry.problems.Reason;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Tells a client of ops whose the API key in `x-api-key` is, when a person logs in.
@Path("/apikeys/validate")
@RunOnVirtualThread
@Tag(name = "ops")
public class OpsKeyResource {

    private static final String ADMINISTRATOR = "administrator";

    private final Caller caller;

    OpsKeyResource(Caller caller) {
        this.caller = caller;
    }

    /// Answers 403 to a bad key and to none: ops shows its user any other status as a fault of the server.
    @POST
    @SecurityRequirementsSet
    @SecurityRequirement(name = "opsKey")
    @Operation(operationId = "validateOpsKey", summary = "Whose the key in x-api-key is")
    @APIResponse(
            responseCode = "200",
            description = "The namespace of the key",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "OpsUser")))
    @APIResponse(responseCode = "403", description = "There is no key, or it is not good")
    public Response validate() {
        try {
            Optional<String> namespace = caller.requireAnyKey();
            Json.Obj user = Json.object()
                    .put("Username", namespace.orElse(ADMINISTRATOR))
                    .build();
            return Response.ok(user.toBytes(), MediaType.APPLICATION_JSON)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build();
        } catch (DeniedException e) {
            Problem problem = Reason.of(e.denial()).problem();
            Problem forbidden = new Problem(
                    problem.type(),
                    problem.title(),
                    Response.Status.FORBIDDEN.getStatusCode(),
                    problem.detail(),
                    problem.field(),
                    problem.rule());
            return Response.status(Response.Status.FORBIDDEN)
                    .type(Problem.MEDIA_TYPE)
                    .entity(forbidden.toBytes())
                    .build();
        }
    }
}
