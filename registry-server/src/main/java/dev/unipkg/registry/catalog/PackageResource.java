package dev.unipkg.registry.catalog;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.Downloads;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.PackageSummary;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.problems.Rejection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Packages: list, search and info.
@Path("/api/v1/packages")
@RunOnVirtualThread
@Tag(name = "Packages")
public class PackageResource {

    private final PackageSearch search;
    private final Catalog catalog;
    private final PackageDocuments documents;

    PackageResource(PackageSearch search, Catalog catalog, PackageDocuments documents) {
        this.search = search;
        this.catalog = catalog;
        this.documents = documents;
    }

    @GET
    @Operation(operationId = "listPackages", summary = "List packages by name, or search them")
    @APIResponse(
            responseCode = "200",
            description = "A page of packages; Link and next name the next one",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "PackageList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "400", description = "A parameter does not keep its rule")
    public Response list(@BeanParam PackageQuery query, @BeanParam Paging paging) {
        PackageSearch.Wanted wanted = query.wanted();
        if (query.isByDownloads(search.isCounting())) {
            Optional<PackageSearch.Rank> behind = rank(paging.after());
            return paging.answer(
                    ApiList.PACKAGES,
                    count -> search.mostDownloaded(wanted, behind, count),
                    PackageResource::rankCursor);
        }
        Optional<PackageName> after = cursor(paging.after());
        return paging.answer(
                ApiList.PACKAGES,
                count -> search.find(wanted, after, count),
                entry -> entry.name().toString());
    }

    @GET
    @Path("{namespace}/{name}")
    @Operation(operationId = "getPackage", summary = "What a package is, its latest version and its tags")
    @APIResponse(
            responseCode = "200",
            description = "The package",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = PackageInfo.class)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such package")
    public Response info(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @Context HttpHeaders headers) {
        Repository repository = catalog.require(Catalog.packageName(namespace, name), Repository.Kind.PACKAGE);
        PackageInfo info = documents.info(repository);
        return Answers.document(info, Answers.REVALIDATE, headers);
    }

    /// The cursor of a list by downloads: how many, a dash, and the package's name.
    private static String rankCursor(PackageSummary entry) {
        return entry.downloads().orElse(Downloads.NONE).total() + "-" + entry.name();
    }

    private static Optional<PackageSearch.Rank> rank(String after) {
        int dash = after.indexOf('-');
        try {
            return after.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new PackageSearch.Rank(
                            Long.parseLong(after.substring(0, Math.max(0, dash))),
                            PackageName.parse(after.substring(dash + 1))));
        } catch (IllegalArgumentException e) {
            throw new Rejection.BadRequest("after", "the cursor of a page by downloads").asException();
        }
    }

    private static Optional<PackageName> cursor(String after) {
        try {
            return after.isEmpty() ? Optional.empty() : Optional.of(PackageName.parse(after));
        } catch (IllegalArgumentException e) {
            throw new Rejection.BadRequest("after", "the cursor of a page, which is a package's name").asException();
        }
    }
}
