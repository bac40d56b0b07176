package dev.unipkg.registry.web;

import dev.unipkg.api.UnikraftInfo;
import dev.unipkg.registry.unikraft.UnikraftCatalog;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The page of a Unikraft image.
@Path("/unikraft-images/{namespace}/{name}")
@RunOnVirtualThread
@Tag(name = "Server")
class UnikraftPageResource {

    private final UnikraftCatalog images;
    private final HtmlPages pages;

    UnikraftPageResource(UnikraftCatalog images, HtmlPages pages) {
        this.images = images;
        this.pages = pages;
    }

    // Without @Produces, which would answer 406 to a browser whose Accept does not name the one type there is.
    @GET
    @Operation(operationId = "getUnikraftImagePage", summary = "What a Unikraft image is, for a person")
    @APIResponse(
            responseCode = "200",
            description = "The page",
            content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such image",
            content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING)))
    public Response page(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @Context UriInfo uri) {
        Frame frame = pages.frame("", uri);
        Optional<UnikraftInfo> info = images.info(namespace, name);
        return info.isEmpty()
                ? pages.answer(Response.Status.NOT_FOUND, new Pages.Missing(frame, namespace + "/" + name))
                : pages.answer(
                        Response.Status.OK,
                        new Pages.Unikraft(frame, UnikraftView.of(info.get(), new RunCommand(frame.base()))));
    }
}
