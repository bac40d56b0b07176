package dev.unipkg.registry.oci;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.catalog.NamedTag;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The tags of a repository, in ASCII order (distribution-spec, "Listing Tags").
@Path("/v2/{namespace}/{name}/tags/list")
@RunOnVirtualThread
@Tag(name = "OCI")
public class TagListResource {

    /// As distribution-spec has it, "Pulling manifests".
    private static final int MAX_TAG_LENGTH = 128;

    /// The answer (distribution-spec, "Listing Tags").
    record OciTags(String name, List<String> tags) implements ApiRecord {}

    @GET
    @Operation(operationId = "listTags", summary = "List the tags of a repository")
    @APIResponse(
            responseCode = "200",
            description = "A page of tags; Link names the next one",
            headers =
                    @Header(
                            name = "Link",
                            description = "The next page, with rel=\"next\"; absent on the last",
                            schema = @Schema(type = SchemaType.STRING)),
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = OciTags.class)))
    @APIResponse(responseCode = "400", description = "n is no number, or last is longer than tags are")
    @APIResponse(responseCode = "404", description = "There is no such repository")
    public Response list(
            @PathParam("namespace") String namespace,
            @PathParam("name") String repositoryName,
            @QueryParam("n") @Nullable String n,
            @QueryParam("last") @DefaultValue("") String last)
            throws IOException {
        RepositoryName name = OciPaths.repository(namespace, repositoryName);
        Repository repository = Repository.named(name)
                .orElseThrow(() -> new Rejection.NotFound(Thing.REPOSITORY, name.toString()).asException());
        ListPage page =
                ListPage.of(n, last, MAX_TAG_LENGTH, (behind, limit) -> NamedTag.names(repository, behind, limit));
        return page.answer("/v2/" + name + "/tags/list", new OciTags(name.toString(), page.names()));
    }
}
