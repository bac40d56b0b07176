package dev.unipkg.registry.oci;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.catalog.EntityTags;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.publish.Publisher;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Manifests and indexes of a repository, by tag and by digest (distribution-spec, "Pulling manifests",
/// "Pushing Manifests", "Deleting tags", "Deleting Manifests"). A manifest is sent in the type it was pushed
/// as, whatever the client accepts: there is no other form of it.
@Path("/v2/{namespace}/{name}/manifests/{reference}")
@RunOnVirtualThread
@Tag(name = "OCI")
public class ManifestResource {

    /// How large all manifests that are being read may be together; what is made of each takes several times
    /// its size of the heap's 512 MiB.
    static final int ALL_BYTES = 32 << 20;

    /// A tool that decodes an index and encodes it again may have dropped what made it a package.
    private static final String NO_VERSION = "299 - \"the tag reads as a version, but this index is no package's:"
            + " neither its artifactType nor its annotation dev.unipkg.artifact-type says so, and pkg will not find it\"";

    private final MemoryBudget budget = new MemoryBudget("manifests", ALL_BYTES);
    private final Manifests manifests;
    private final Publisher publisher;
    private final HotAnswers hotAnswers;
    private final Caller caller;

    ManifestResource(Manifests manifests, Publisher publisher, HotAnswers hotAnswers, Caller caller) {
        this.manifests = manifests;
        this.publisher = publisher;
        this.hotAnswers = hotAnswers;
        this.caller = caller;
    }

    @GET
    @Operation(operationId = "getManifest", summary = "Get a manifest or index by tag or digest")
    @APIResponse(
            responseCode = "200",
            description = "The manifest, as it was pushed",
            content = {
                @Content(mediaType = MediaTypes.IMAGE_MANIFEST, schema = @Schema(ref = "OciManifest")),
                @Content(mediaType = MediaTypes.IMAGE_INDEX, schema = @Schema(ref = "OciManifest")),
                @Content(mediaType = MediaTypes.DOCKER_MANIFEST, schema = @Schema(ref = "OciManifest")),
                @Content(mediaType = MediaTypes.DOCKER_MANIFEST_LIST, schema = @Schema(ref = "OciManifest"))
            })
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such manifest")
    public Response get(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("reference") String reference,
            @Context HttpHeaders headers)
            throws IOException {
        Manifests.Found manifest = manifests.find(OciPaths.repository(namespace, name), reference);
        if (EntityTags.match(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), manifest.digest())) {
            return described(Response.notModified(), manifest).build();
        }
        Meters.pulled(Meters.Pulled.MANIFEST);
        return described(Response.ok(manifest.body().open()), manifest)
                .header(HttpHeaders.CONTENT_LENGTH, manifest.size())
                .build();
    }

    @HEAD
    @Operation(operationId = "headManifest", summary = "Whether there is a manifest, and its digest and size")
    @APIResponse(responseCode = "200", description = "There is")
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such manifest")
    public Response head(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("reference") String reference,
            @Context HttpHeaders headers)
            throws IOException {
        RepositoryName repository = OciPaths.repository(namespace, name);
        Optional<Digest> digest = OciPaths.ifDigest(reference);
        if (digest.isPresent() && caller.mayPublish(namespace)) {
            // Publishers ask before they push, and do not push what is there.
            publisher.renew(repository, digest.get());
        }
        Manifests.Found manifest = manifests.find(repository, reference);
        if (EntityTags.match(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), manifest.digest())) {
            return described(Response.notModified(), manifest).build();
        }
        return described(Response.ok(), manifest)
                .header(HttpHeaders.CONTENT_LENGTH, manifest.size())
                .build();
    }

    @PUT
    @Operation(operationId = "putManifest", summary = "Push a manifest or index, under tags or under its digest alone")
    @RequestBody(
            required = true,
            content = {
                @Content(mediaType = MediaTypes.IMAGE_MANIFEST, schema = @Schema(ref = "OciManifest")),
                @Content(mediaType = MediaTypes.IMAGE_INDEX, schema = @Schema(ref = "OciManifest")),
                @Content(mediaType = MediaTypes.DOCKER_MANIFEST, schema = @Schema(ref = "OciManifest")),
                @Content(mediaType = MediaTypes.DOCKER_MANIFEST_LIST, schema = @Schema(ref = "OciManifest"))
            })
    @APIResponse(
            responseCode = "201",
            description = "It is there, under all its names",
            headers = {
                @Header(
                        name = "OCI-Subject",
                        description = "The digest of the subject, where it has one",
                        schema = @Schema(type = SchemaType.STRING)),
                @Header(
                        name = "OCI-Tag",
                        description = "The tags, where the request named some in its query",
                        schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(responseCode = "400", description = "It is not what it has to be")
    @APIResponse(responseCode = "403", description = "It is not the caller's namespace, or it has no room for it")
    @APIResponse(responseCode = "404", description = "It names blobs or manifests that are not here")
    @APIResponse(responseCode = "409", description = "The version exists with other content, or the name is taken")
    @APIResponse(responseCode = "413", description = "It has more than 4 MiB")
    public Response put(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("reference") String reference,
            @QueryParam("tag") List<String> tagParameters,
            @Context HttpHeaders headers,
            InputStream body)
            throws IOException {
        RepositoryName repository = OciPaths.repository(namespace, name);
        caller.requirePublisher(namespace);
        Optional<Digest> expected = OciPaths.ifDigest(reference);
        Set<String> tags = new LinkedHashSet<>(expected.isPresent() ? tagParameters : with(tagParameters, reference));
        PushedManifest manifest;
        try (MemoryBudget.Share taken = budget.take(namespace, share(headers))) {
            manifest = publisher.publish(repository, bounded(body), contentType(headers), expected, tags);
        }
        Meters.pushed(kind(manifest));
        hotAnswers.changed(repository, tags);

        Response.ResponseBuilder response = Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, OciPaths.manifest(repository, manifest.digest()))
                .header(OciHeaders.CONTENT_DIGEST, manifest.digest().toString());
        manifest.subject().ifPresent(subject -> response.header(OciHeaders.SUBJECT, subject.toString()));
        if (manifest.isForeignIndex() && tags.stream().anyMatch(dev.unipkg.format.Tag::readsAsVersion)) {
            response.header(OciHeaders.WARNING, NO_VERSION);
        }
        if (!tagParameters.isEmpty()) {
            response.header(OciHeaders.TAGS, String.join(", ", tags));
        }
        return response.build();
    }

    @DELETE
    @Operation(
            operationId = "deleteManifest",
            summary = "Delete a movable tag, or a manifest that is part of no version")
    @APIResponse(responseCode = "202", description = "Deleted, with the tags that named it")
    @APIResponse(responseCode = "404", description = "There is no such manifest")
    @APIResponse(responseCode = "405", description = "It is a version, or part of one")
    public Response delete(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("reference") String reference)
            throws IOException {
        RepositoryName repository = OciPaths.repository(namespace, name);
        caller.requirePublisher(namespace);
        manifests.delete(repository, reference);
        return Response.accepted().build();
    }

    private static Response.ResponseBuilder described(Response.ResponseBuilder response, Manifests.Found manifest) {
        return response.type(manifest.mediaType())
                .header(OciHeaders.CONTENT_DIGEST, manifest.digest())
                .header(HttpHeaders.ETAG, EntityTags.of(manifest.digest()))
                .header(HttpHeaders.CACHE_CONTROL, manifest.immutable() ? OciHeaders.IMMUTABLE : OciHeaders.REVALIDATE);
    }

    private static Meters.Pushed kind(PushedManifest manifest) {
        if (manifest.isA(MediaTypes.PACKAGE)) {
            return Meters.Pushed.PACKAGE;
        }
        return manifest.isA(MediaTypes.KERNEL) ? Meters.Pushed.KERNEL : Meters.Pushed.MANIFEST;
    }

    private static byte[] bounded(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(PushedManifest.MAX_BYTES + 1);
        if (bytes.length > PushedManifest.MAX_BYTES) {
            throw new ContentRefusal.TooLarge("the manifest", PushedManifest.MAX_BYTES).asException();
        }
        return bytes;
    }

    /// How much room a manifest takes; all that it may have where it does not say, or says more.
    private static int share(HttpHeaders headers) {
        long length = OciHeaders.length(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH))
                .orElse(PushedManifest.MAX_BYTES);
        return Math.clamp(length, 1, PushedManifest.MAX_BYTES);
    }

    private static Optional<String> contentType(HttpHeaders headers) {
        return Optional.ofNullable(headers.getHeaderString(HttpHeaders.CONTENT_TYPE))
                .map(type -> type.split(";", 2)[0].strip())
                .filter(type -> !type.isEmpty());
    }

    private static List<String> with(List<String> tags, String reference) {
        List<String> all = new ArrayList<>(tags);
        all.addFirst(reference);
        return all;
    }
}
