package dev.unipkg.registry.oci;

import dev.unipkg.api.PullNumber;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.catalog.EntityTags;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.HotKey;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.counts.CountedBlobs;
import dev.unipkg.registry.counts.CountedBuild;
import dev.unipkg.registry.counts.DownloadHeaders;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.problems.OciErrors;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.storage.Download;
import dev.unipkg.storage.Range;
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
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Blobs of a repository (distribution-spec, "Pulling blobs", "Deleting Blobs"). Later requests for a blob that
/// was served from a file once do not get here.
@Path("/v2/{namespace}/{name}/blobs/{digest}")
@RunOnVirtualThread
@Tag(name = "OCI")
public class BlobResource {

    private final Leases leases;
    private final CountedBlobs counted;
    private final CountedBodies countedBodies;
    private final HotAnswers hotAnswers;
    private final Caller caller;

    BlobResource(
            Leases leases, CountedBlobs counted, CountedBodies countedBodies, HotAnswers hotAnswers, Caller caller) {
        this.leases = leases;
        this.counted = counted;
        this.countedBodies = countedBodies;
        this.hotAnswers = hotAnswers;
        this.caller = caller;
    }

    /// A blob of a repository.
    ///
    /// @param builds that a GET of it may be a download of; none for most blobs
    private record Found(RepositoryName repository, Digest digest, Download download, List<CountedBuild> builds) {

        boolean counts() {
            return !builds.isEmpty();
        }
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
    @Parameter(
            in = ParameterIn.HEADER,
            name = PullNumber.DOWNLOAD_HEADER,
            description = "\"none\" where the GET is no download",
            schema = @Schema(type = SchemaType.STRING, enumeration = PullNumber.NO_DOWNLOAD))
    @Parameter(
            in = ParameterIn.HEADER,
            name = PullNumber.HEADER,
            description = "The random number of the pull, with its day, so that it counts once",
            schema = @Schema(type = SchemaType.STRING, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{32}$"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = PullNumber.BUILD_HEADER,
            description = "The digest of the build that is pulled, for blobs that several builds share",
            schema = @Schema(ref = "Digest"))
    public Response get(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("digest") String digest,
            @Context HttpHeaders headers)
            throws IOException {
        Found found = find(OciPaths.repository(namespace, name), OciPaths.digest(digest));
        Optional<DownloadHeaders> asked = found.counts() ? Optional.of(DownloadHeaders.of(headers)) : Optional.empty();
        if (EntityTags.match(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), digest)) {
            return described(Response.notModified(), found).build();
        }
        Meters.pulled(Meters.Pulled.BLOB);
        Download download = found.download();
        if (asked.isEmpty() && download instanceof Download.At(var uri, var validUntil, var size)) {
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
                described(Response.ok(), found)
                        .entity(body(found, asked, new Range(0, whole.size())))
                        .header(HttpHeaders.CONTENT_LENGTH, whole.size())
                        .build();
            case ByteRange.Part part ->
                described(Response.status(Response.Status.PARTIAL_CONTENT), found)
                        .entity(body(found, asked, new Range(part.offset(), part.length())))
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
        RepositoryName repository = OciPaths.repository(namespace, name);
        Digest wanted = OciPaths.digest(digest);
        // Publishers ask before they push, and do not push what is there.
        Found found = caller.mayPublish(namespace)
                ? new Found(
                        repository,
                        wanted,
                        leases.renew(repository, wanted).orElseThrow(() -> unknown(wanted)),
                        List.of())
                : find(repository, wanted);
        if (EntityTags.match(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), digest)) {
            return described(Response.notModified(), found).build();
        }
        return described(Response.ok(), found)
                .header(HttpHeaders.CONTENT_LENGTH, found.download().size())
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
        RepositoryName repository = OciPaths.repository(namespace, name);
        caller.requirePublisher(namespace);
        Digest unwanted = OciPaths.digest(digest);
        boolean released = leases.release(repository, unwanted);
        hotAnswers.forget(new HotKey.BlobKey(repository, unwanted));
        if (!released) {
            throw unknown(unwanted);
        }
        return Response.accepted().build();
    }

    private Found find(RepositoryName repository, Digest digest) throws IOException {
        HotKey key = new HotKey.BlobKey(repository, digest);
        if (hotAnswers.find(key) instanceof HotAnswers.Answer.Counted(var text, var size, var builds)) {
            Optional<Download> whole = leases.whole(digest, size);
            if (whole.isPresent()) {
                return new Found(repository, digest, whole.get(), builds);
            }
            hotAnswers.forget(key);
        }
        long stamp = hotAnswers.stamp();
        Download download = leases.find(repository, digest).orElseThrow(() -> unknown(digest));
        List<CountedBuild> builds = counted.buildsOf(repository, digest);
        if (!builds.isEmpty()) {
            hotAnswers.learn(key, new HotAnswers.Answer.Counted(digest.toString(), download.size(), builds), stamp);
        } else if (download instanceof Download.LocalFile(var path, var size)) {
            hotAnswers.learn(key, new HotAnswers.Answer.File(path, digest.toString(), size), stamp);
        }
        return new Found(repository, digest, download, builds);
    }

    private Object body(Found found, Optional<DownloadHeaders> asked, Range part) throws IOException {
        return asked.isEmpty()
                ? StoredBody.of(found.download(), part.offset(), part.length())
                : countedBodies.of(
                        new CountedBodies.Get(
                                found.repository(),
                                found.digest(),
                                found.download().size(),
                                found.builds(),
                                asked.get()),
                        part);
    }

    private static RuntimeException unknown(Digest digest) {
        return new Rejection.NotFound(Thing.BLOB, digest.toString()).asException();
    }

    private static Response.ResponseBuilder described(Response.ResponseBuilder response, Found found) {
        String digest = found.digest().toString();
        if (found.counts()) {
            response.header(PullNumber.DOWNLOAD_HEADER, PullNumber.COUNTS);
        }
        return response.type(MediaType.APPLICATION_OCTET_STREAM)
                .header(OciHeaders.CONTENT_DIGEST, digest)
                .header(HttpHeaders.ETAG, EntityTags.of(digest))
                .header(HttpHeaders.CACHE_CONTROL, found.counts() ? OciHeaders.PRIVATE : OciHeaders.IMMUTABLE)
                .header("Accept-Ranges", "bytes");
    }
}
