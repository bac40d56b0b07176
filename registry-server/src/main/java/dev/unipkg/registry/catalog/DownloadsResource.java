package dev.unipkg.registry.catalog;

import dev.unipkg.api.DownloadSeries;
import dev.unipkg.registry.counts.DownloadCounts;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The downloads of a package by day.
@Path("/api/v1/packages/{namespace}/{name}/downloads")
@RunOnVirtualThread
@Tag(name = "Packages")
public class DownloadsResource {

    private final Catalog catalog;
    private final DownloadCounts downloads;

    DownloadsResource(Catalog catalog, DownloadCounts downloads) {
        this.catalog = catalog;
        this.downloads = downloads;
    }

    @GET
    @Operation(operationId = "getDownloads", summary = "How often a package was downloaded, by day")
    @APIResponse(
            responseCode = "200",
            description = "The downloads by day, of months long past by month",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = DownloadSeries.class)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "400", description = "A parameter does not keep its rule")
    @APIResponse(
            responseCode = "404",
            description = "There is no such package or version, or the registry does not count")
    public Response series(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @BeanParam DownloadQuery query,
            @Context HttpHeaders headers) {
        Repository repository = catalog.require(Catalog.packageName(namespace, name), Repository.Kind.PACKAGE);
        if (!downloads.isCounting()) {
            throw new Rejection.NotCounted().asException();
        }
        DownloadSeries series = downloads.series(query.wanted(catalog, repository, downloads.today()));
        return Answers.document(series, Answers.REVALIDATE, headers);
    }
}
