package dev.unipkg.registry.upkeep;

import dev.unipkg.api.ServerInfo;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Identifies this server, so that a client can tell a unipkg registry from any other. It needs no database
/// unless the request has credentials.
@Path("/api/v1")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Server")
class ServerResource {

    private final ServerInfo info;

    ServerResource(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.info = new ServerInfo("unipkg", version, "v1");
    }

    @GET
    @Operation(operationId = "getServer", summary = "What registry this is")
    @APIResponse(
            responseCode = "200",
            description = "The registry",
            content = @Content(schema = @Schema(implementation = ServerInfo.class)))
    public Response info() {
        return Response.ok(info).header("Cache-Control", "public, max-age=60").build();
    }
}
