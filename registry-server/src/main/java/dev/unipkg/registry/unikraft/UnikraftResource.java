package dev.unipkg.registry.unikraft;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.UnikraftInfo;
import dev.unipkg.api.UnikraftSummary;
import dev.unipkg.registry.catalog.Answers;
import dev.unipkg.registry.catalog.PackageSearch;
import dev.unipkg.registry.catalog.Paging;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Unikraft images and their tags.
@Path("/api/v1/unikraft-images")
@RunOnVirtualThread
@Tag(name = "Unikraft")
public class UnikraftResource {

    private final UnikraftCatalog images;

    UnikraftResource(UnikraftCatalog images) {
        this.images = images;
    }

    @GET
    @Operation(operationId = "listUnikraftImages", summary = "List or search Unikraft images, by name")
    @APIResponse(
            responseCode = "200",
            description = "A page of images; Link and next name the next one",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "UnikraftImageList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "400", description = "A parameter does not keep its rule")
    public Response list(
            @Parameter(description = "At most 10 words that all stand in the name") @QueryParam("q") @DefaultValue("")
                    String query,
            @BeanParam Paging paging) {
        List<String> words = PackageSearch.words(query);
        return paging.answer(
                ApiList.UNIKRAFT_IMAGES, count -> images.find(words, paging.after(), count), UnikraftSummary::name);
    }

    @GET
    @Path("{namespace}/{name}")
    @Operation(operationId = "getUnikraftImage", summary = "A Unikraft image: its tags and their kernels")
    @APIResponse(
            responseCode = "200",
            description = "The image",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = UnikraftInfo.class)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "No tag there names a Unikraft image")
    public Response info(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @Context HttpHeaders headers) {
        UnikraftInfo info = images.info(namespace, name)
                .orElseThrow(() -> new Rejection.NotFound(Thing.UNIKRAFT_IMAGE, namespace + "/" + name).asException());
        return Answers.document(info, Answers.REVALIDATE, headers);
    }
}
