package dev.unipkg.registry.catalog;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.FileInfo;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Versions of a package, their builds, and what is in them.
@Path("/api/v1/packages/{namespace}/{name}/versions")
@RunOnVirtualThread
@Tag(name = "Packages")
public class VersionResource {

    private final Catalog catalog;
    private final PackageDocuments documents;
    private final HotAnswers hotAnswers;

    VersionResource(Catalog catalog, PackageDocuments documents, HotAnswers hotAnswers) {
        this.catalog = catalog;
        this.documents = documents;
        this.hotAnswers = hotAnswers;
    }

    @GET
    @Operation(operationId = "listVersions", summary = "List the versions of a package, the highest first")
    @APIResponse(
            responseCode = "200",
            description = "A page of versions; Link and next name the next one",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "VersionList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such package")
    public Response list(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @BeanParam Paging paging) {
        return catalog.versions(repository(namespace, name), paging, ApiList.VERSIONS);
    }

    @GET
    @Path("{version}")
    @Operation(operationId = "getVersion", summary = "A version and its builds, by version or tag")
    @APIResponse(
            responseCode = "200",
            description = "The version",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = VersionInfo.class)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such version or tag")
    public Response info(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("version") String versionOrTag,
            @Context HttpHeaders headers)
            throws RefusedException {
        long stamp = hotAnswers.stamp();
        Repository repository = repository(namespace, name);
        PublishedVersion version = catalog.require(repository, versionOrTag);
        VersionInfo info = documents.version(repository, version);
        HotAnswers.Answer.OfVersion answer = HotAnswers.Answer.OfVersion.of(info);
        if (versionOrTag.equals(version.version.text())) {
            hotAnswers.learn(new HotKey.VersionKey(repository.packageName(), info.version()), answer, stamp);
        }
        return Answers.version(answer, version, versionOrTag, headers);
    }

    @GET
    @Path("{version}/contents")
    @Operation(operationId = "listContents", summary = "List the files of a build")
    @APIResponse(
            responseCode = "200",
            description = "A page of files; Link and next name the next one",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "FileList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "400", description = "The version has several builds and arch names none")
    @APIResponse(responseCode = "404", description = "There is no such version, or no build of it for arch")
    public Response contents(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("version") String versionOrTag,
            @Parameter(description = "Of which build; needed where there are several") @QueryParam("arch") @Nullable String arch,
            @BeanParam Paging paging) {
        PublishedVersion version = catalog.require(repository(namespace, name), versionOrTag);
        PublishedBuild build = build(version, Optional.ofNullable(arch));
        return paging.answer(ApiList.FILES, count -> catalog.files(build, paging.after(), count), FileInfo::path);
    }

    private Repository repository(String namespace, String name) {
        return catalog.require(Catalog.packageName(namespace, name), Repository.Kind.PACKAGE);
    }

    private static PublishedBuild build(PublishedVersion version, Optional<String> arch) {
        List<PublishedBuild> builds = PublishedBuild.of(version);
        if (arch.isEmpty() && builds.size() == 1) {
            return builds.getFirst();
        }
        Arch wanted = arch.flatMap(Arch::find)
                .orElseThrow(() -> new Rejection.BadRequest("arch", "x86_64, arm64 or riscv64").asException());
        return builds.stream()
                .filter(build -> build.arch == wanted)
                .findFirst()
                .orElseThrow(
                        () -> new Rejection.NotFound(Thing.BUILD, version.version + " for " + wanted).asException());
    }
}
