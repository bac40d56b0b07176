package dev.unipkg.registry.oci;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.registry.catalog.RepositoryNames;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.wiring.Settings;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The repositories that have a tag, in ASCII order. The distribution-spec reserves this address for the
/// list of Docker's registry API ("Reserved Extensions"), which tools still ask for.
@Path(RepositoryListResource.PATH)
@RunOnVirtualThread
@Tag(name = "OCI")
public class RepositoryListResource {

    static final String PATH = "/v2/_catalog";

    /// As clients have it for the name of a registry and a repository together (distribution-spec, "Pulling
    /// manifests").
    private static final int MAX_NAME_LENGTH = 255;

    private final RepositoryNames names;
    private final boolean allowed;
    private final boolean plain;

    RepositoryListResource(RepositoryNames names, Settings settings) {
        this.names = names;
        this.allowed = settings.oci().catalog();
        this.plain = settings.oci().plainRepositories();
    }

    /// The answer, as in Docker's registry API.
    record OciRepositories(List<String> repositories) implements ApiRecord {}

    @GET
    @Operation(operationId = "listRepositories", summary = "List the repositories that have a tag")
    @APIResponse(
            responseCode = "200",
            description = "A page of names; Link names the next one",
            headers =
                    @Header(
                            name = "Link",
                            description = "The next page, with rel=\"next\"; absent on the last",
                            schema = @Schema(type = SchemaType.STRING)),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = OciRepositories.class)))
    @APIResponse(responseCode = "400", description = "n is no number, or last is longer than names are")
    @APIResponse(responseCode = "404", description = "The operator has turned the list off")
    public Response list(@QueryParam("n") @Nullable String n, @QueryParam("last") @DefaultValue("") String last) {
        if (!allowed) {
            throw new Rejection.TurnedOff("the list of repositories").asException();
        }
        ListPage page = ListPage.of(n, last, MAX_NAME_LENGTH, (behind, limit) -> names.tagged(plain, behind, limit));
        return page.answer(PATH, new OciRepositories(page.names()));
    }
}
