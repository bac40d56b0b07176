package dev.unipkg.registry.upkeep;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Tells a person who opens the registry's address what it is, and where its doors are.
@Path("/")
@RunOnVirtualThread
@Produces(MediaType.TEXT_PLAIN)
@Tag(name = "Server")
class RootResource {

    private final String text;

    RootResource(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.text = """
                unipkg %s, a registry of packages for unikernels

                /v2/       the OCI distribution API, for any OCI client
                /api/v1    what OCI lacks: search, versions, kernels, accounts
                /openapi   both, described
                """.formatted(version);
    }

    @GET
    @Operation(operationId = "getRoot", summary = "What this is and where its doors are, for a person")
    @APIResponse(
            responseCode = "200",
            description = "A few lines",
            content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = SchemaType.STRING)))
    public Response root() {
        return Response.ok(text).header("Cache-Control", "public, max-age=60").build();
    }
}
