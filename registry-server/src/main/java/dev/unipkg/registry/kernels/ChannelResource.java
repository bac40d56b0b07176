package dev.unipkg.registry.kernels;

import dev.unipkg.api.PointTo;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.publish.Tagging;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Moving the channels of a kernel family.
@Path("/api/v1/kernels/{family}/channels/{channel}")
@RunOnVirtualThread
@Tag(name = "Kernels")
public class ChannelResource {

    private final Tagging tagging;

    ChannelResource(Tagging tagging) {
        this.tagging = tagging;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "setChannel", summary = "Point a channel at a release")
    @RequestBody(
            required = true,
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = PointTo.class)))
    @APIResponse(responseCode = "204", description = "It points there")
    @APIResponse(responseCode = "404", description = "There is no release of that family")
    @APIResponse(responseCode = "409", description = "The release is not published, or the channel is a release")
    public Response point(@PathParam("family") String family, @PathParam("channel") String channel, InputStream body)
            throws IOException {
        tagging.point(KernelResource.name(family), Repository.Kind.KERNEL, channel, body);
        return Response.noContent().build();
    }

    @DELETE
    @Operation(operationId = "removeChannel", summary = "Remove a channel")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "404", description = "There is no such family or channel")
    @APIResponse(responseCode = "405", description = "The channel is a release")
    public Response remove(@PathParam("family") String family, @PathParam("channel") String channel)
            throws IOException {
        tagging.remove(KernelResource.name(family), Repository.Kind.KERNEL, channel);
        return Response.noContent().build();
    }
}
