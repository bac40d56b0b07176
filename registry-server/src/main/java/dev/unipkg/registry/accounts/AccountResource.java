package dev.unipkg.registry.accounts;

import dev.unipkg.api.AccountInfo;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Tells a caller what its credentials are good for.
@Path("/api/v1/whoami")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
class AccountResource {

    private final Caller caller;

    AccountResource(Caller caller) {
        this.caller = caller;
    }

    @GET
    @SecurityRequirementsSet
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(operationId = "getAccount", summary = "What the credentials of this request are good for")
    @APIResponse(
            responseCode = "200",
            description = "The account",
            content = @Content(schema = @Schema(implementation = AccountInfo.class)))
    public Response whoami() {
        AccountInfo account = switch (caller.identity()) {
            case Identity.Anonymous() -> new AccountInfo(true, false, List.of());
            case Identity.Publisher(var keyId, var namespace, var proof) ->
                new AccountInfo(false, false, List.of(namespace));
            case Identity.Administrator(var keyId, var proof) -> new AccountInfo(false, true, List.of());
        };
        return Response.ok(account).header("Cache-Control", "no-store").build();
    }
}
