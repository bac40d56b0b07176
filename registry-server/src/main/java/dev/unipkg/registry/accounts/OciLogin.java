package dev.unipkg.registry.accounts;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.format.json.Json;
import dev.unipkg.registry.problems.Denial;
import dev.unipkg.registry.problems.DeniedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The login of OCI clients: they ask `/v2/`, are sent to `/v2/token`, and return with a token (distribution's
/// token authentication specification). Anonymous clients get a token too.
@Path("/v2")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "OCI")
class OciLogin {

    private final Caller caller;
    private final Tokens tokens;
    private final Clock clock;

    OciLogin(Caller caller, Tokens tokens, Clock clock) {
        this.caller = caller;
        this.tokens = tokens;
        this.clock = clock;
    }

    /// The answer to a request for a token (distribution, "Token Authentication Specification"), whose member names
    /// these are.
    ///
    /// @param expires_in how long the token is good, in seconds
    record OciToken(String token, String access_token, long expires_in, Instant issued_at) implements ApiRecord {}

    /// Says that this registry speaks the distribution-spec. Without credentials it answers 401, although everything
    /// can be read without: only a challenge here makes docker and skopeo send credentials with a later push.
    @GET
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(
            operationId = "checkSupport",
            summary = "Whether this is an OCI registry, and whether the credentials are good")
    @APIResponse(
            responseCode = "200",
            description = "It is, and they are",
            headers =
                    @Header(
                            name = "Docker-Distribution-API-Version",
                            description = "registry/2.0",
                            schema = @Schema(type = SchemaType.STRING)),
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT)))
    @Path("/")
    public Response version() {
        if (!caller.gaveCredentials()) {
            throw new DeniedException(new Denial.NoCredentials());
        }
        return Response.ok(Json.object().build().toBytes())
                .header("Docker-Distribution-API-Version", "registry/2.0")
                .build();
    }

    /// Trades an API key, given as the password of Basic, for a short-lived token; without one, for anybody's. A key's
    /// token is traded for nothing, so that it ends when it says.
    @GET
    @SecurityRequirementsSet
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(operationId = "getToken", summary = "Get a short-lived token, anonymous or for a key")
    @APIResponse(
            responseCode = "200",
            description = "The token",
            content = @Content(schema = @Schema(implementation = OciToken.class)))
    @APIResponse(responseCode = "403", description = "A key's token was given instead of the key")
    @Path("/token")
    public Response token() {
        Tokens.Grant grant = new Tokens.Grant.ForAnyone();
        if (caller.keyId().isPresent()) {
            caller.requireKey();
            grant = new Tokens.Grant.ForKey(caller.keyId().getAsLong());
        }
        String token = tokens.issue(grant);
        OciToken answer = new OciToken(token, token, Tokens.LIFETIME.toSeconds(), clock.instant());
        return Response.ok(answer).header("Cache-Control", "no-store").build();
    }
}
