package dev.unipkg.registry.publish;

import dev.unipkg.api.PointTo;
import dev.unipkg.registry.catalog.Catalog;
import dev.unipkg.registry.catalog.Repository;
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

/// Moving the tags of a package.
@Path("/api/v1/packages/{namespace}/{name}/tags/{tag}")
@RunOnVirtualThread
@Tag(name = "Packages")
public class TagResource {

    private final Tagging tagging;

    TagResource(Tagging tagging) {
        this.tagging = tagging;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "setTag", summary = "Point a tag at a version")
    @RequestBody(
            required = true,
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = PointTo.class)))
    @APIResponse(responseCode = "204", description = "It points there")
    @APIResponse(responseCode = "404", description = "There is no such package")
    @APIResponse(responseCode = "409", description = "The version is not published, or the tag is a version")
    public Response point(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("tag") String tag,
            InputStream body)
            throws IOException {
        tagging.point(Catalog.packageName(namespace, name), Repository.Kind.PACKAGE, tag, body);
        return Response.noContent().build();
    }

    @DELETE
    @Operation(operationId = "removeTag", summary = "Remove a tag")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "404", description = "There is no such package or tag")
    @APIResponse(responseCode = "405", description = "The tag is a version")
    public Response remove(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @PathParam("tag") String tag)
            throws IOException {
        tagging.remove(Catalog.packageName(namespace, name), Repository.Kind.PACKAGE, tag);
        return Response.noContent().build();
    }
}
