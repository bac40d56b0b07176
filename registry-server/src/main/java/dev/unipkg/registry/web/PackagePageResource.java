package dev.unipkg.registry.web;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Index;
import dev.unipkg.registry.catalog.Catalog;
import dev.unipkg.registry.catalog.PackageDocuments;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.catalog.StoredManifest;
import dev.unipkg.registry.content.StoredBytes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The page of a package.
@Path("/packages/{namespace}/{name}")
@RunOnVirtualThread
@Tag(name = "Server")
class PackagePageResource {

    private static final int VERSIONS = 20;

    /// An index that is larger, in bytes, has more beside a readme than a page reads for one view.
    private static final int MAX_INDEX = 512 << 10;

    private final Catalog catalog;
    private final PackageDocuments documents;
    private final StoredBytes stored;
    private final HtmlPages pages;

    PackagePageResource(Catalog catalog, PackageDocuments documents, StoredBytes stored, HtmlPages pages) {
        this.catalog = catalog;
        this.documents = documents;
        this.stored = stored;
        this.pages = pages;
    }

    // Without @Produces, which would answer 406 to a browser whose Accept does not name the one type there is.
    @GET
    @Operation(operationId = "getPackagePage", summary = "What a package is and how it is run, for a person")
    @APIResponse(
            responseCode = "200",
            description = "The page",
            content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such package",
            content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING)))
    public Response page(@PathParam("namespace") String namespace, @PathParam("name") String name, @Context UriInfo uri)
            throws IOException {
        Frame frame = pages.frame("", uri);
        Optional<Repository> repository = repository(namespace, name);
        Optional<PublishedVersion> latest = repository.flatMap(catalog::latest);
        if (repository.isEmpty() || latest.isEmpty()) {
            return pages.answer(Response.Status.NOT_FOUND, new Pages.Missing(frame, namespace + "/" + name));
        }
        PackageView view = PackageView.of(
                documents.info(repository.get()),
                documents.version(repository.get(), latest.get()),
                catalog.versions(repository.get(), Optional.empty(), VERSIONS),
                readme(repository.get(), latest.get().digest),
                new RunCommand(frame.base()));
        return pages.answer(Response.Status.OK, new Pages.Details(frame, view));
    }

    private static Optional<Repository> repository(String namespace, String name) {
        return PackageName.isPart(namespace) && PackageName.isPart(name)
                ? Repository.named(new PackageName(namespace, name), Repository.Kind.PACKAGE)
                : Optional.empty();
    }

    /// The readme in the index of a version, as HTML; empty where there is none to show.
    private String readme(Repository repository, Digest index) throws IOException {
        Optional<StoredManifest> manifest =
                StoredManifest.in(repository, index).filter(found -> found.size <= MAX_INDEX);
        Optional<byte[]> bytes = manifest.isPresent() ? stored.manifest(index, manifest.get().size) : Optional.empty();
        try {
            return bytes.isEmpty()
                    ? ""
                    : Optional.ofNullable(Index.read(bytes.get()).annotations().get(Annotations.README))
                            .map(Readme::html)
                            .orElse("");
        } catch (RefusedException e) {
            return "";
        }
    }
}
