package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.catalog.EntityTags;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.HotKey;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.problems.OciErrors;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.storage.Download;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Blobs of a repository (distribution-spec, "Pulling blobs", "Deleting Blobs"). Later requests for a blob that
/// was served from a file once do not get here.
@Path("/v2/{namespace}/{name}/blobs/{digest}")
@RunOnVirtualThread
@Tag(name = "OCI")
public class BlobResource {

    private final Leases leases;
    private final HotAnswers hotAnswers;
    private final Caller caller;

    BlobResource(Leases leases, HotAnswers hotAnswers, Caller caller) {
        this.leases = leases;
        this.hotAnswers = hotAnswers;
        this.caller = caller;
    }

    @GET
    @Operation(operationId = "getBlob", summary = "Get a blob, or a range of it")
    @APIResponse(
            responseCode = "200",
            description = "The blob",
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "206",
            description = "The range of the blob that was asked for",
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "307", description = "The blob is at this address of the object storage")
    @APIResponse(responseCode = "404", description = "The repository has no such blob")
    @APIResponse(responseCode = "416", description = "The blob has no such range")
    public Response get(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("digest") String digest,
            @Context HttpHeaders headers)
            throws IOException {
        Digest wanted = OciPaths.digest(digest);
        Download download = find(OciPaths.repository(namespace, name), wanted);
        if (EntityTags.match(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), digest)) {
            return described(Response.notModified(), wanted).build();
        }
        Meters.pulled(Meters.Pulled.BLOB);
        if (download instanceof Download.At(var uri, var validUntil, var size)) {
            return Response.temporaryRedirect(uri)
                    .header(OciHeaders.CONTENT_DIGEST, digest)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build();
        }
        String range = EntityTags.rangeHolds(headers.getHeaderString("If-Range"), digest)
                ? headers.getHeaderString(OciHeaders.RANGE)
                : null;
        return switch (ByteRange.of(range, download.size())) {
            case ByteRange.Whole whole ->
                described(Response.ok(), wanted)
                        .entity(StoredBody.of(download, 0, whole.size()))
                        .header(HttpHeaders.CONTENT_LENGTH, whole.size())
                        .build();
            case ByteRange.Part part ->
                described(Response.status(Response.Status.PARTIAL_CONTENT), wanted)
                        .entity(StoredBody.of(download, part.offset(), part.length()))
                        .header(HttpHeaders.CONTENT_LENGTH, part.length())
                        .header("Content-Range", part.contentRange())
                        .build();
            case ByteRange.Unsatisfiable none ->
                Response.status(Response.Status.REQUESTED_RANGE_NOT_SATISFIABLE)
                        .header("Content-Range", none.contentRange())
                        .type(OciErrors.MEDIA_TYPE)
                        .entity(OciErrors.of(new Rejection.NoSuchRange(download.size())))
                        .build();
        };
    }

    @HEAD
    @Operation(operationId = "headBlob", summary = "Whether there is a blob, and how large it is")
    @APIResponse(responseCode = "200", description = "There is")
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "The repository has no such blob")
    public Response head(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("digest") String digest,
            @Context HttpHeaders headers)
            throws IOException {
        PackageName repository = OciPaths.repository(namespace, name);
        Digest wanted = OciPaths.digest(digest);
        // Publishers ask before they push, and do not push what is there.
        Download download = caller.mayPublish(namespace)
                ? leases.renew(repository, wanted).orElseThrow(() -> unknown(wanted))
                : find(repository, wanted);
        if (EntityTags.match(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), digest)) {
            return described(Response.notModified(), wanted).build();
        }
        return described(Response.ok(), wanted)
                .header(HttpHeaders.CONTENT_LENGTH, download.size())
                .build();
    }

    @DELETE
    @Operation(operationId = "deleteBlob", summary = "Delete a blob that no manifest of the repository names")
    @APIResponse(responseCode = "202", description = "Deleted")
    @APIResponse(responseCode = "404", description = "The repository has no such blob")
    @APIResponse(responseCode = "405", description = "A manifest names it")
    public Response delete(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("digest") String digest)
            throws IOException {
        PackageName repository = OciPaths.repository(namespace, name);
        caller.requirePublisher(namespace);
        Digest unwanted = OciPaths.digest(digest);
        boolean released = leases.release(repository, unwanted);
        hotAnswers.forget(new HotKey.BlobKey(repository, unwanted));
        if (!released) {
            throw unknown(unwanted);
        }
        return Response.accepted().build();
    }

    private Download find(PackageName repository, Digest digest) throws IOException {
        long stamp = hotAnswers.stamp();
        Download download = leases.find(repository, digest).orElseThrow(() -> unknown(digest));
        if (download instanceof Download.LocalFile(var path, var size)) {
            String digestText = digest.toString();
            hotAnswers.learn(
                    new HotKey.BlobKey(repository, digest), new HotAnswers.Answer.File(path, digestText, size), stamp);
        }
        return download;
    }

    private static RuntimeException unknown(Digest digest) {
        return new Rejection.NotFound(Thing.BLOB, digest.toString()).asException();
    }

    private static Response.ResponseBuilder described(Response.ResponseBuilder response, Digest digest) {
        return response.type(MediaType.APPLICATION_OCTET_STREAM)
                .header(OciHeaders.CONTENT_DIGEST, digest.toString())
                .header(HttpHeaders.ETAG, EntityTags.of(digest.toString()))
                .header(HttpHeaders.CACHE_CONTROL, OciHeaders.IMMUTABLE)
                .header("Accept-Ranges", "bytes");
    }
}
