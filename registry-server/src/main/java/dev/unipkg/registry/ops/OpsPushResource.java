package dev.unipkg.registry.ops;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.json.Json;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.content.NamespaceUsage;
import dev.unipkg.registry.oci.MemoryBudget;
import dev.unipkg.registry.wiring.Settings;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Takes a push by ops: a form with a tarball. The tarball is spooled to the disk, since it comes before its name.
@Path("/packages/create")
@RunOnVirtualThread
@Tag(name = "ops")
public class OpsPushResource {

    /// How many pushes are on their way at once, a quarter of them by one namespace. Each may fill the disk with a
    /// tarball, what it unpacks to and what is made of it.
    private static final int PUSHES = 16;

    private final MemoryBudget pushes = new MemoryBudget("pushes by ops", PUSHES);
    private final OpsPush push;
    private final Caller caller;
    private final java.nio.file.Path scratch;
    private final long maxBytes;

    OpsPushResource(OpsPush push, Caller caller, NamespaceUsage usage, Settings settings) {
        this.push = push;
        this.caller = caller;
        this.scratch = settings.data().resolve("checking");
        // A tarball that is larger than its namespace may be is not worth the disk, whatever it unpacks to.
        this.maxBytes = Math.min(settings.maxBlobBytes(), usage.limitBytes().orElse(Long.MAX_VALUE));
    }

    @POST
    @SecurityRequirement(name = "opsKey")
    @Operation(operationId = "pushOpsPackage", summary = "Publish a version of a package from a tarball of ops")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.MULTIPART_FORM_DATA,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "It is published",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "OpsPushed")))
    @APIResponse(responseCode = "400", description = "The form, the tarball or what is in it is refused")
    @APIResponse(responseCode = "403", description = "It is not the caller's namespace, or it has no room for it")
    @APIResponse(responseCode = "409", description = "The version exists with other content, or the name is taken")
    @APIResponse(responseCode = "507", description = "There is no room left to store it")
    public Response create(@Context HttpHeaders headers, InputStream body) throws IOException {
        // Before a byte of a stranger is written to the disk.
        Optional<String> own = caller.requireAnyKey();
        Files.createDirectories(scratch);
        String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            PushForm.requireRoom(Long.parseLong(length), scratch, maxBytes);
        }
        try (MemoryBudget.Share taken = pushes.take(own.orElse(""), 1)) {
            java.nio.file.Path folder = Files.createTempDirectory(scratch, "ops-");
            try {
                PushForm form = PushForm.read(
                        body, headers.getHeaderString(HttpHeaders.CONTENT_TYPE), folder.resolve("tarball"), maxBytes);
                PackageName name = form.name(own);
                caller.requirePublisher(name.namespace());
                form.requirePublic();
                return answer(name, form, push.publish(name, form, folder));
            } finally {
                delete(folder);
            }
        }
    }

    private static Response answer(PackageName name, PushForm form, Digest digest) throws IOException {
        Json.Obj pushed = Json.object()
                .put("name", name.toString())
                .put("version", form.version().text())
                .put("digest", digest.toString())
                .build();
        return Response.ok(pushed.toBytes(), MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private static void delete(java.nio.file.Path folder) throws IOException {
        List<java.nio.file.Path> files;
        try (Stream<java.nio.file.Path> below = Files.list(folder)) {
            files = below.toList();
        }
        for (java.nio.file.Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }
}
