package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.catalog.StoredManifest;
import dev.unipkg.registry.problems.Rejection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The manifests that refer to a manifest, such as its signatures (distribution-spec, "Listing Referrers").
@Path("/v2/{namespace}/{name}/referrers/{digest}")
@RunOnVirtualThread
@Tag(name = "OCI")
public class ReferrerResource {

    // Descriptors carry annotations, so a page of them can be as large as a manifest.
    private static final int PAGE = 100;
    private static final int PAGE_BYTES = 4 << 20;

    @GET
    @Operation(operationId = "listReferrers", summary = "List the manifests whose subject is this one")
    @APIResponse(
            responseCode = "200",
            description = "An index of them; Link names the next page",
            headers = {
                @Header(
                        name = "Link",
                        description = "The next page, with rel=\"next\"; absent on the last",
                        schema = @Schema(type = SchemaType.STRING)),
                @Header(
                        name = "OCI-Filters-Applied",
                        description = "artifactType, where that was asked for",
                        schema = @Schema(type = SchemaType.STRING))
            },
            content = @Content(mediaType = MediaTypes.IMAGE_INDEX, schema = @Schema(ref = "OciReferrers")))
    @APIResponse(responseCode = "400", description = "The digest is none")
    public Response list(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("digest") String digest,
            @QueryParam("artifactType") @Nullable String artifactType,
            @QueryParam("after") @DefaultValue("0") String after)
            throws IOException {
        PackageName repository = Door.repository(namespace, name);
        Digest subject = Door.digest(digest);
        if (!after.matches("\\d{1,18}")) {
            throw new Rejection.BadRequest("after", "the cursor of a page").asException();
        }
        // One more than fits tells whether there is a next page.
        List<StoredManifest> referrers = Repository.named(repository)
                .map(found -> referrers(found, subject, Optional.ofNullable(artifactType), Long.parseLong(after)))
                .orElse(List.of());
        List<Json> descriptors = new ArrayList<>();
        long bytes = 0;
        int shown = 0;
        while (shown < Math.min(PAGE, referrers.size()) && (shown == 0 || bytes < PAGE_BYTES / 2)) {
            byte[] descriptor = Optional.ofNullable(referrers.get(shown).referrer)
                    .orElse("{}")
                    .getBytes(StandardCharsets.UTF_8);
            bytes += descriptor.length;
            descriptors.add(Json.parse(descriptor, JsonLimits.DEFAULT));
            shown++;
        }
        Json body = Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.IMAGE_INDEX)
                .put("manifests", new Json.Arr(descriptors))
                .build();
        Response.ResponseBuilder response =
                Response.ok(body.toBytes(), MediaTypes.IMAGE_INDEX).header(HttpHeaders.CACHE_CONTROL, Door.REVALIDATE);
        if (artifactType != null) {
            response.header(Door.FILTERS_APPLIED, "artifactType");
        }
        if (shown < referrers.size()) {
            response.header(HttpHeaders.LINK, next(repository, subject, artifactType, referrers.get(shown - 1).id));
        }
        return response.build();
    }

    private static List<StoredManifest> referrers(
            Repository repository, Digest subject, Optional<String> artifactType, long after) {
        String query = "repositoryId = ?1 and subject = ?2 and id > ?3";
        return artifactType
                .map(type -> StoredManifest.<StoredManifest>find(
                        query + " and kind = ?4 order by id", repository.id, subject.toString(), after, type))
                .orElseGet(() -> StoredManifest.find(query + " order by id", repository.id, subject.toString(), after))
                .page(0, PAGE + 1)
                .list();
    }

    private static String next(PackageName repository, Digest subject, @Nullable String artifactType, long last) {
        String filter =
                artifactType == null ? "" : "&artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
        return "</v2/" + repository + "/referrers/" + subject + "?after=" + last + filter + ">; rel=\"next\"";
    }
}
