package dev.unipkg.registry.ops;

import dev.unipkg.format.RefusedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The list of all builds. Clients keep it, and fetch it anew when its length has changed.
@Path("/v2/manifest.json")
@RunOnVirtualThread
@Tag(name = "ops")
public class OpsListResource {

    private final OpsList list;

    OpsListResource(OpsList list) {
        this.list = list;
    }

    @GET
    @Operation(operationId = "listOpsPackages", summary = "Every build of every package, for ops")
    @APIResponse(
            responseCode = "200",
            description = "The builds",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "OpsPackageList")))
    public Response get() throws RefusedException {
        byte[] document = list.everything();
        // A stream, because all who ask share the document, so that it takes no memory for each of them.
        return described(Response.ok(new ByteArrayInputStream(document)), document.length);
    }

    @HEAD
    @Operation(operationId = "headOpsPackages", summary = "How long the list of every build is")
    @APIResponse(responseCode = "200", description = "Content-Length tells it")
    public Response head() throws RefusedException {
        return described(Response.ok(), list.everything().length);
    }

    private static Response described(Response.ResponseBuilder response, int length) {
        return response.type(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CONTENT_LENGTH, length)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }
}
