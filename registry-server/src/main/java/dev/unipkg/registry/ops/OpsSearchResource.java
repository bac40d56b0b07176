package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.catalog.PackageSearch;
import dev.unipkg.registry.problems.Rejection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Searches as ops does. It has no pages, and picks the newest version out of all that are found, so every version of
/// each package is in the answer.
@Path("/api/v1/search")
@RunOnVirtualThread
@Tag(name = "ops")
public class OpsSearchResource {

    private final OpsBuilds builds;

    OpsSearchResource(OpsBuilds builds) {
        this.builds = builds;
    }

    @GET
    @Operation(operationId = "searchOps", summary = "Every build of the packages that are found, for ops")
    @APIResponse(
            responseCode = "200",
            description = "The builds",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "OpsPackageList")))
    @APIResponse(responseCode = "400", description = "There are too many words, or too many builds are found")
    @APIResponse(responseCode = "413", description = "The list is too long")
    public Response search(
            @Parameter(description = "At most 10 words that all stand in the name or description")
                    @QueryParam("q")
                    @DefaultValue("")
                    String query,
            @Parameter(description = "Only builds for x86_64 or arm64; empty for both")
                    @QueryParam("arch")
                    @DefaultValue("")
                    String arch)
            throws RefusedException {
        Optional<Arch> only = Arch.find(arch);
        List<String> words = PackageSearch.words(query);
        List<OpsBuild> found = arch.isEmpty() || only.isPresent() ? builds.search(words, only) : List.of();
        if (found.size() > OpsBuilds.MAX_FOUND) {
            throw new Rejection.BadRequest("q", "words that at most " + OpsBuilds.MAX_FOUND + " builds are found by")
                    .asException();
        }
        return Response.ok(OpsList.of(found), MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }
}
