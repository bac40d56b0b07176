package dev.unipkg.registry.oci;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.content.BlobUploads;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.problems.OciErrors;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.registry.publish.NewNames;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Bringing blobs in (distribution-spec, "Pushing blobs"): in one request, in two, or in chunks that a client
/// may resume after any pause, and mounting a blob that another repository holds.
@Path("/v2/{namespace}/{name}/blobs/uploads")
@RunOnVirtualThread
@Tag(name = "OCI")
public class UploadResource {

    /// The memory of one body: the store's buffer of 128 KiB, four pieces of 64 KiB that were read ahead, and nine
    /// that the connection may hold.
    private static final int BODY_BYTES = (2 + 4 + 9) * 64 << 10;

    /// The most bodies on their way at once, a quarter of them for one namespace: three fifths of the heap's
    /// 512 MiB.
    static final int BODIES = 320;

    private final MemoryBudget budget = new MemoryBudget("uploads", BODIES * BODY_BYTES);

    private final BlobUploads uploads;
    private final Leases leases;
    private final NewNames newNames;
    private final Caller caller;

    UploadResource(BlobUploads uploads, Leases leases, NewNames newNames, Caller caller) {
        this.uploads = uploads;
        this.leases = leases;
        this.newNames = newNames;
        this.caller = caller;
    }

    @POST
    @Operation(operationId = "startUpload", summary = "Start an upload, push a whole blob, or mount one")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "201", description = "The blob is there")
    @APIResponse(responseCode = "202", description = "The upload has begun; continue at Location")
    @APIResponse(responseCode = "400", description = "The name or digest is not one, or the bytes are others")
    @APIResponse(responseCode = "403", description = "It is not the caller's namespace, or it has no room for the blob")
    @APIResponse(responseCode = "409", description = "The name could be mistaken for another")
    @APIResponse(responseCode = "429", ref = "OciStatus429")
    public Response start(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @QueryParam("digest") @Nullable String digest,
            @QueryParam("mount") @Nullable String mount,
            @QueryParam("from") @Nullable String from,
            @QueryParam("digest-algorithm") @Nullable String algorithm,
            @Context HttpHeaders headers,
            InputStream body)
            throws IOException {
        RepositoryName repository = writable(namespace, name);
        newNames.requireDistinctSoFar(repository);
        OciPaths.requireAlgorithm(algorithm);
        if (mount != null) {
            Digest wanted = OciPaths.digest(mount);
            Optional<RepositoryName> source = Optional.ofNullable(from).flatMap(UploadResource::repository);
            if (source.isPresent() == (from != null) && leases.mount(source, repository, wanted)) {
                return created(repository, wanted);
            }
        }
        if (digest != null) {
            Digest announced = OciPaths.digest(digest);
            try (MemoryBudget.Share taken = budget.take(namespace, BODY_BYTES)) {
                uploads.put(repository, announced, contentLength(headers), body);
            }
            return created(repository, announced);
        }
        return accepted(Response.Status.ACCEPTED, repository, uploads.begin(repository), 0);
    }

    @PATCH
    @Path("{upload}")
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Content-Range",
            description = "Which bytes these are, as in 0-1023",
            schema = @Schema(type = SchemaType.STRING))
    @Operation(operationId = "uploadChunk", summary = "Add bytes to an upload")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "202", description = "Added; Range tells what the upload holds")
    @APIResponse(responseCode = "400", description = "Content-Range is none, or the chunk has another length")
    @APIResponse(
            responseCode = "403",
            description = "It is not the caller's namespace, or it has no room for the chunk")
    @APIResponse(responseCode = "404", description = "There is no such upload")
    @APIResponse(responseCode = "416", description = "The upload stands elsewhere; Range tells where")
    public Response append(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("upload") String upload,
            @Context HttpHeaders headers,
            InputStream body)
            throws IOException {
        RepositoryName repository = writable(namespace, name);
        UUID id = id(upload);
        try (MemoryBudget.Share taken = budget.take(namespace, BODY_BYTES)) {
            long offset = uploads.append(repository, id, chunk(headers, body));
            return accepted(Response.Status.ACCEPTED, repository, id, offset);
        } catch (RefusedException e) {
            return standsElsewhere(repository, id, e);
        }
    }

    @PUT
    @Path("{upload}")
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Content-Range",
            description = "Which bytes these are, as in 0-1023",
            schema = @Schema(type = SchemaType.STRING))
    @Operation(operationId = "finishUpload", summary = "End an upload, with its last bytes where there are more")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "201", description = "The blob is there")
    @APIResponse(responseCode = "400", description = "The bytes are others than the digest promises")
    @APIResponse(responseCode = "403", description = "It is not the caller's namespace, or it has no room for the blob")
    @APIResponse(responseCode = "404", description = "There is no such upload")
    @APIResponse(responseCode = "416", description = "The upload stands elsewhere; Range tells where")
    public Response finish(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("upload") String upload,
            @QueryParam("digest") @Nullable String digest,
            @Context HttpHeaders headers,
            InputStream body)
            throws IOException {
        RepositoryName repository = writable(namespace, name);
        UUID id = id(upload);
        Digest announced = OciPaths.digest(Optional.ofNullable(digest).orElse(""));
        boolean more = contentLength(headers).orElse(1) > 0;
        try (MemoryBudget.Share taken = budget.take(namespace, BODY_BYTES)) {
            Optional<BlobUploads.Chunk> last = more ? Optional.of(chunk(headers, body)) : Optional.empty();
            uploads.finish(repository, id, announced, last);
        } catch (RefusedException e) {
            return standsElsewhere(repository, id, e);
        }
        return created(repository, announced);
    }

    @GET
    @Path("{upload}")
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(operationId = "uploadStatus", summary = "Where an upload stands")
    @APIResponse(responseCode = "204", description = "Range tells what the upload holds")
    @APIResponse(responseCode = "404", description = "There is no such upload")
    public Response status(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("upload") String upload)
            throws IOException {
        RepositoryName repository = writable(namespace, name);
        UUID id = id(upload);
        return accepted(Response.Status.NO_CONTENT, repository, id, uploads.offset(repository, id));
    }

    @DELETE
    @Path("{upload}")
    @Operation(operationId = "cancelUpload", summary = "Give up an upload")
    @APIResponse(responseCode = "204", description = "Its bytes are gone")
    @APIResponse(responseCode = "404", description = "There is no such upload")
    public Response cancel(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("upload") String upload)
            throws IOException {
        uploads.cancel(writable(namespace, name), id(upload));
        return Response.noContent().build();
    }

    private static BlobUploads.Chunk chunk(HttpHeaders headers, InputStream body) {
        return ContentRange.of(headers)
                .map(range -> new BlobUploads.Chunk(
                        OptionalLong.of(range.first()), contentLength(headers), range.exactly(body)))
                .orElseGet(() -> new BlobUploads.Chunk(OptionalLong.empty(), contentLength(headers), body));
    }

    private RepositoryName writable(String namespace, String name) throws RefusedException {
        RepositoryName repository = OciPaths.repository(namespace, name);
        caller.requirePublisher(namespace);
        return repository;
    }

    /// The answer to a chunk with a wrong offset; other failures are rethrown.
    private Response standsElsewhere(RepositoryName repository, UUID id, RefusedException refused) throws IOException {
        if (refused.refusal() instanceof ContentRefusal.OffsetMismatch(var expected, var actual)) {
            return progress(Response.Status.REQUESTED_RANGE_NOT_SATISFIABLE, repository, id, expected)
                    .type(OciErrors.MEDIA_TYPE)
                    .entity(OciErrors.of(refused.refusal()))
                    .build();
        }
        throw refused;
    }

    private static Response accepted(Response.Status status, RepositoryName repository, UUID id, long offset) {
        return progress(status, repository, id, offset).build();
    }

    private static Response.ResponseBuilder progress(
            Response.Status status, RepositoryName repository, UUID id, long offset) {
        return Response.status(status)
                .header(HttpHeaders.LOCATION, "/v2/" + repository + "/blobs/uploads/" + id)
                .header(OciHeaders.RANGE, "0-" + Math.max(0, offset - 1))
                .header(OciHeaders.UPLOAD_UUID, id);
    }

    private static Response created(RepositoryName repository, Digest digest) {
        Meters.pushed(Meters.Pushed.BLOB);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, OciPaths.blob(repository, digest))
                .header(OciHeaders.CONTENT_DIGEST, digest.toString())
                .build();
    }

    private static OptionalLong contentLength(HttpHeaders headers) {
        return OciHeaders.length(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH));
    }

    private static Optional<RepositoryName> repository(String from) {
        try {
            return Optional.of(RepositoryName.parse(from));
        } catch (IllegalArgumentException e) {
            // A repository that cannot exist holds nothing to mount; the client then uploads.
            return Optional.empty();
        }
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection.NotFound(Thing.UPLOAD, text).asException();
        }
    }
}
