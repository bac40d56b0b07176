package dev.unipkg.registry.kernels;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.KernelFamilyInfo;
import dev.unipkg.api.KernelReleaseInfo;
import dev.unipkg.api.Page;
import dev.unipkg.format.PackageName;
import dev.unipkg.kernels.Family;
import dev.unipkg.registry.catalog.Answers;
import dev.unipkg.registry.catalog.Catalog;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.Paging;
import dev.unipkg.registry.catalog.PublishedBuild;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Kernel families and their releases.
@Path("/api/v1/kernels")
@RunOnVirtualThread
@Tag(name = "Kernels")
public class KernelResource {

    private final Catalog catalog;

    KernelResource(Catalog catalog) {
        this.catalog = catalog;
    }

    @GET
    @Operation(operationId = "listKernelFamilies", summary = "List the kernel families that have releases")
    @APIResponse(
            responseCode = "200",
            description = "The families; there are only a few",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "KernelFamilyList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    public Response families(@Context HttpHeaders headers) {
        List<KernelFamilyInfo> families =
                Repository.<Repository>list("kind = ?1 order by name", Repository.Kind.KERNEL).stream()
                        .map(this::info)
                        .toList();
        return Answers.document(new Page<>(ApiList.FAMILIES, families, Optional.empty()), Answers.REVALIDATE, headers);
    }

    @GET
    @Path("{family}")
    @Operation(operationId = "getKernelFamily", summary = "A kernel family and its channels")
    @APIResponse(
            responseCode = "200",
            description = "The family",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = KernelFamilyInfo.class)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no release of that family")
    public Response family(@PathParam("family") String family, @Context HttpHeaders headers) {
        return Answers.document(info(repository(family)), Answers.REVALIDATE, headers);
    }

    @GET
    @Path("{family}/releases")
    @Operation(operationId = "listKernelReleases", summary = "List the releases of a kernel family, the highest first")
    @APIResponse(
            responseCode = "200",
            description = "A page of releases; Link and next name the next one",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "KernelReleaseList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no release of that family")
    public Response releases(@PathParam("family") String family, @BeanParam Paging paging) {
        return catalog.versions(repository(family), paging, ApiList.RELEASES);
    }

    @GET
    @Path("{family}/releases/{version}")
    @Operation(operationId = "getKernelRelease", summary = "A kernel release and its files, by version or channel")
    @APIResponse(
            responseCode = "200",
            description = "The release",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = KernelReleaseInfo.class)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such release or channel")
    public Response release(
            @PathParam("family") String family,
            @PathParam("version") String versionOrChannel,
            @Context HttpHeaders headers) {
        PublishedVersion version = catalog.require(repository(family), versionOrChannel);
        List<KernelReleaseInfo.Build> builds =
                PublishedBuild.of(version).stream().map(KernelResource::build).toList();
        KernelReleaseInfo info =
                new KernelReleaseInfo(family, version.version, version.digest, version.publishedAt, builds);
        return Answers.version(HotAnswers.Answer.OfVersion.of(info), version, versionOrChannel, headers);
    }

    /// The repository of a family that a part of a path names.
    static PackageName name(String family) {
        if (!PackageName.isPart(family)) {
            throw new Rejection.NotFound(Thing.KERNEL_FAMILY, family).asException();
        }
        return new PackageName(Family.NAMESPACE, family);
    }

    private Repository repository(String family) {
        return catalog.require(name(family), Repository.Kind.KERNEL);
    }

    private KernelFamilyInfo info(Repository repository) {
        return new KernelFamilyInfo(
                repository.name,
                catalog.tags(repository),
                repository.versions,
                catalog.latest(repository).map(version -> version.version));
    }

    private static KernelReleaseInfo.Build build(PublishedBuild build) {
        List<KernelReleaseInfo.File> files = build.layers.stream()
                .map(file -> new KernelReleaseInfo.File(file.label(), file.digest(), file.size()))
                .toList();
        return new KernelReleaseInfo.Build(build.arch, build.digest, files);
    }
}
