package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Tag;
import dev.unipkg.format.json.Fields;
import dev.unipkg.registry.problems.JsonBody;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;

/// Tells a client of ops which tarball is the package that it asks for. The client asks once more after the download
/// and
/// compares the digest.
@Path("/api/v1/pkg/metadata")
@RunOnVirtualThread
@org.eclipse.microprofile.openapi.annotations.tags.Tag(name = "ops")
public class MetadataResource {

    private final OpsBuilds builds;
    private final Tarballs tarballs;

    MetadataResource(OpsBuilds builds, Tarballs tarballs) {
        this.builds = builds;
        this.tarballs = tarballs;
    }

    @POST
    @SecurityRequirementsSet
    @Operation(
            operationId = "getOpsMetadata",
            summary = "Which build a reference of ops means, and its tarball's digest")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "OpsReference")))
    @APIResponse(
            responseCode = "200",
            description = "The build",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "OpsPackage")))
    @APIResponse(responseCode = "404", description = "There is no such build that ops can load")
    @APIResponse(responseCode = "413", description = "The tarballs of the namespace are too large together")
    public Response metadata(InputStream body) throws IOException {
        Fields asked = JsonBody.small(body);
        String namespace = asked.optionalText("namespace").orElse("");
        String name = asked.text("pkg_name");
        String version =
                asked.optionalText("version").filter(text -> !text.isEmpty()).orElse(Tag.LATEST);
        // Clients for x86_64 send an empty text, and old ones nothing.
        String arch = asked.optionalText("arch").filter(text -> !text.isEmpty()).orElse(Arch.X86_64.toString());
        OpsBuild build = find(namespace.isEmpty() ? PackageName.DEFAULT_NAMESPACE : namespace, name, arch, version);
        Tarball tarball = tarballs.of(build);
        return Response.ok(build.with(tarball).toJson().toBytes(), MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    private OpsBuild find(String namespace, String name, String arch, String version) {
        Optional<OpsBuild> found = PackageName.isPart(namespace) && PackageName.isPart(name)
                ? Arch.find(arch).flatMap(known -> builds.find(new PackageName(namespace, name), known, version))
                : Optional.empty();
        return found.orElseThrow(
                () -> new Rejection.NotFound(Thing.BUILD, namespace + "/" + name + ":" + version + " for " + arch)
                        .asException());
    }
}
