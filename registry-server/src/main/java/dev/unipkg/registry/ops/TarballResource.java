package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.oci.OciHeaders;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Packages as tarballs, at the paths that ops asks: `<version>.tar.gz` for x86_64 and `<version>/arm64.tar.gz`. The
/// hub's pages stand below the same path, so their addresses lead to ours.
///
/// A tarball is sent without `Content-Encoding`, since a client would inflate it and then find another digest.
@Path("/v2/packages/{namespace}/{name}")
@RunOnVirtualThread
@Tag(name = "ops")
public class TarballResource {

    private static final String ENDING = ".tar.gz";
    private static final String PAGE = "show";

    private final OpsBuilds builds;
    private final Tarballs tarballs;
    private final TarballBodies bodies;

    TarballResource(OpsBuilds builds, Tarballs tarballs, TarballBodies bodies) {
        this.builds = builds;
        this.tarballs = tarballs;
        this.bodies = bodies;
    }

    @GET
    @Path("{file}")
    @Operation(operationId = "getOpsTarball", summary = "The tarball of a build for x86_64, or with show the page")
    @APIResponse(
            responseCode = "200",
            description = "The tarball",
            content =
                    @Content(mediaType = Tarballs.GZIP, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "302", description = "The page is at this address")
    @APIResponse(responseCode = "404", description = "There is no such build that ops can load")
    @APIResponse(responseCode = "413", description = "The tarballs of the namespace are too large together")
    public Response ofIntel(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @PathParam("file") String file)
            throws IOException {
        return file.equals(PAGE) ? page(namespace, name) : send(intel(namespace, name, file), true);
    }

    @HEAD
    @Path("{file}")
    @Operation(operationId = "headOpsTarball", summary = "How large the tarball of a build for x86_64 is")
    @APIResponse(responseCode = "200", description = "There is one")
    @APIResponse(responseCode = "404", description = "There is no such build that ops can load")
    @APIResponse(responseCode = "413", description = "The tarballs of the namespace are too large together")
    public Response headOfIntel(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @PathParam("file") String file)
            throws IOException {
        return file.equals(PAGE) ? page(namespace, name) : send(intel(namespace, name, file), false);
    }

    @GET
    @Path("{version}/{file}")
    @Operation(operationId = "getOpsArchTarball", summary = "The tarball of a build for the architecture in its name")
    @APIResponse(
            responseCode = "200",
            description = "The tarball",
            content =
                    @Content(mediaType = Tarballs.GZIP, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "404", description = "There is no such build that ops can load")
    @APIResponse(responseCode = "413", description = "The tarballs of the namespace are too large together")
    public Response ofArch(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("version") String version,
            @PathParam("file") String file)
            throws IOException {
        return send(find(namespace, name, version, arch(file)), true);
    }

    @HEAD
    @Path("{version}/{file}")
    @Operation(operationId = "headOpsArchTarball", summary = "How large the tarball of a build is")
    @APIResponse(responseCode = "200", description = "There is one")
    @APIResponse(responseCode = "404", description = "There is no such build that ops can load")
    @APIResponse(responseCode = "413", description = "The tarballs of the namespace are too large together")
    public Response headOfArch(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("version") String version,
            @PathParam("file") String file)
            throws IOException {
        return send(find(namespace, name, version, arch(file)), false);
    }

    @GET
    @Path("{version}/{arch}/show")
    @Operation(operationId = "getOpsPage", summary = "Where the page of a package is")
    @APIResponse(responseCode = "302", description = "The page is at this address")
    @APIResponse(responseCode = "404", description = "That is no name of a package")
    public Response versionPage(@PathParam("namespace") String namespace, @PathParam("name") String name) {
        return page(namespace, name);
    }

    private Response send(OpsBuild build, boolean body) throws IOException {
        Tarball tarball = tarballs.of(build);
        Response.ResponseBuilder response = body ? Response.ok(bodies.of(tarball, build.counted())) : Response.ok();
        return response.type(Tarballs.GZIP)
                .header(HttpHeaders.CONTENT_LENGTH, tarball.size())
                .header(HttpHeaders.CACHE_CONTROL, OciHeaders.PRIVATE)
                .build();
    }

    private OpsBuild intel(String namespace, String name, String file) {
        if (!file.endsWith(ENDING)) {
            throw new Rejection.NotFound(Thing.PAGE, namespace + "/" + name + "/" + file).asException();
        }
        String version = file.substring(0, file.length() - ENDING.length());
        return find(namespace, name, version, Optional.of(Arch.X86_64));
    }

    private OpsBuild find(String namespace, String name, String version, Optional<Arch> arch) {
        boolean possible = PackageName.isPart(namespace)
                && PackageName.isPart(name)
                && Version.isVersion(version)
                && arch.isPresent();
        Optional<OpsBuild> found =
                possible ? builds.exactly(new PackageName(namespace, name), arch.get(), version) : Optional.empty();
        return found.orElseThrow(
                () -> new Rejection.NotFound(Thing.BUILD, namespace + "/" + name + ":" + version).asException());
    }

    private static Optional<Arch> arch(String file) {
        return file.endsWith(ENDING) ? Arch.find(file.substring(0, file.length() - ENDING.length())) : Optional.empty();
    }

    private static Response page(String namespace, String name) {
        if (!PackageName.isPart(namespace) || !PackageName.isPart(name)) {
            throw new Rejection.NotFound(Thing.PACKAGE, namespace + "/" + name).asException();
        }
        return Response.status(Response.Status.FOUND)
                .header(HttpHeaders.LOCATION, "/packages/" + namespace + "/" + name)
                .build();
    }
}
