package dev.unipkg.registry.catalog;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.problems.Rejection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Packages: list, search and info.
@Path("/api/v1/packages")
@RunOnVirtualThread
@Tag(name = "Packages")
public class PackageResource {

    private final PackageSearch search;
    private final Catalog catalog;
    private final PackageDocuments documents;

    PackageResource(PackageSearch search, Catalog catalog, PackageDocuments documents) {
        this.search = search;
        this.catalog = catalog;
        this.documents = documents;
    }

    @GET
    @Operation(operationId = "listPackages", summary = "List packages by name, or search them")
    @APIResponse(
            responseCode = "200",
            description = "A page of packages; Link and next name the next one",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "PackageList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "400", description = "A parameter does not keep its rule")
    public Response list(
            @Parameter(description = "At most 10 words that all stand in the name or description")
                    @QueryParam("q")
                    @DefaultValue("")
                    String words,
            @Parameter(description = "Only packages of this namespace") @QueryParam("namespace") @Nullable String namespace,
            @Parameter(description = "Only packages whose latest version has a build for x86_64, arm64 or riscv64")
                    @QueryParam("arch")
                    @Nullable String arch,
            @BeanParam Paging paging) {
        PackageSearch.Wanted wanted = new PackageSearch.Wanted(
                PackageSearch.words(words),
                Optional.ofNullable(namespace),
                Optional.ofNullable(arch).map(PackageResource::arch));
        Optional<PackageName> after = cursor(paging.after());
        return paging.answer(
                ApiList.PACKAGES,
                count -> search.find(wanted, after, count),
                entry -> entry.name().toString());
    }

    @GET
    @Path("{namespace}/{name}")
    @Operation(operationId = "getPackage", summary = "What a package is, its latest version and its tags")
    @APIResponse(
            responseCode = "200",
            description = "The package",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = PackageInfo.class)))
    @APIResponse(responseCode = "304", description = "The client has it")
    @APIResponse(responseCode = "404", description = "There is no such package")
    public Response info(
            @PathParam("namespace") String namespace, @PathParam("name") String name, @Context HttpHeaders headers) {
        Repository repository = catalog.require(Catalog.packageName(namespace, name), Repository.Kind.PACKAGE);
        PackageInfo info = documents.info(repository);
        return Answers.document(info, Answers.REVALIDATE, headers);
    }

    private static Arch arch(String word) {
        return Arch.find(word)
                .orElseThrow(() -> new Rejection.BadRequest("arch", "x86_64, arm64 or riscv64").asException());
    }

    private static Optional<PackageName> cursor(String after) {
        try {
            return after.isEmpty() ? Optional.empty() : Optional.of(PackageName.parse(after));
        } catch (IllegalArgumentException e) {
            throw new Rejection.BadRequest("after", "the cursor of a page, which is a package's name").asException();
        }
    }
}
