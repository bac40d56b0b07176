package dev.unipkg.registry.web;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.catalog.Catalog;
import dev.unipkg.registry.catalog.EntityTags;
import dev.unipkg.registry.catalog.NewVersions;
import dev.unipkg.registry.catalog.NewVersions.NewVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.registry.wiring.BaseUrl;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Atom feeds of new versions: of the registry, of a namespace, of a package.
@Path("/feed")
@RunOnVirtualThread
@Tag(name = "Server")
class FeedResource {

    private static final int ENTRIES = 50;

    private final NewVersions newVersions;
    private final Catalog catalog;
    private final BaseUrl baseUrl;

    FeedResource(NewVersions newVersions, Catalog catalog, BaseUrl baseUrl) {
        this.newVersions = newVersions;
        this.catalog = catalog;
        this.baseUrl = baseUrl;
    }

    @GET
    @Operation(operationId = "getFeed", summary = "The newest versions of all packages, as an Atom feed")
    @APIResponse(
            responseCode = "200",
            description = "The feed",
            content = @Content(mediaType = AtomFeed.MEDIA_TYPE, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "304", description = "The client has it")
    public Response all(@Context UriInfo uri, @Context HttpHeaders headers) {
        return answer(feed("New versions", "", "/", newVersions.ofAll(ENTRIES), uri), headers);
    }

    @GET
    @Path("{namespace}")
    @Operation(operationId = "getNamespaceFeed", summary = "The newest versions of a namespace, as an Atom feed")
    @APIResponse(
            responseCode = "200",
            description = "The feed",
            content = @Content(mediaType = AtomFeed.MEDIA_TYPE, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such namespace, or it has no version")
    public Response ofNamespace(
            @PathParam("namespace") String namespace, @Context UriInfo uri, @Context HttpHeaders headers) {
        List<NewVersion> versions = PackageName.isPart(namespace) ? newVersions.of(namespace, ENTRIES) : List.of();
        if (versions.isEmpty()) {
            throw new Rejection.NotFound(Thing.PAGE, "/feed/" + namespace).asException();
        }
        return answer(
                feed("New versions of " + namespace, "/" + namespace, "/?q=" + namespace, versions, uri), headers);
    }

    @GET
    @Path("{namespace}/{name}")
    @Operation(operationId = "getPackageFeed", summary = "The newest versions of a package, as an Atom feed")
    @APIResponse(
            responseCode = "200",
            description = "The feed",
            content = @Content(mediaType = AtomFeed.MEDIA_TYPE, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such package")
    public Response ofPackage(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @Context UriInfo uri,
            @Context HttpHeaders headers) {
        PackageName wanted = Catalog.packageName(namespace, name);
        Repository repository = catalog.require(wanted, Repository.Kind.PACKAGE);
        List<NewVersion> versions = newVersions.of(repository, ENTRIES);
        return answer(feed("New versions of " + wanted, "/" + wanted, "/packages/" + wanted, versions, uri), headers);
    }

    private AtomFeed feed(String title, String of, String page, List<NewVersion> versions, UriInfo uri) {
        return new AtomFeed(title, baseUrl.of(uri), "/feed" + of, page, versions);
    }

    private static Response answer(AtomFeed feed, HttpHeaders headers) {
        byte[] bytes = feed.toBytes();
        String digest = Digest.of(bytes).toString();
        Response.ResponseBuilder response = EntityTags.match(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), digest)
                ? Response.notModified()
                : Response.ok(bytes, MediaType.valueOf(AtomFeed.MEDIA_TYPE));
        return response.header(HttpHeaders.ETAG, EntityTags.of(digest))
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
                .build();
    }
}
