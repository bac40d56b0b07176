package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.catalog.Referrers;
import dev.unipkg.registry.catalog.Repository;
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
import java.util.Optional;
import java.util.stream.Collectors;
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

    private final Referrers referrers;

    ReferrerResource(Referrers referrers) {
        this.referrers = referrers;
    }

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
        RepositoryName repository = OciPaths.repository(namespace, name);
        Digest subject = OciPaths.digest(digest);
        if (!after.matches("\\d{1,18}")) {
            throw new Rejection.BadRequest("after", "the cursor of a page").asException();
        }
        Referrers.Part part = Repository.named(repository)
                .map(found -> referrers.of(found, subject, Optional.ofNullable(artifactType), Long.parseLong(after)))
                .orElse(Referrers.Part.NONE);
        // The descriptors are JSON already; together they may be larger than documents that are parsed.
        String body = part.descriptors().stream()
                .collect(Collectors.joining(
                        ",",
                        "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_INDEX + "\",\"manifests\":[",
                        "]}"));
        Response.ResponseBuilder response = Response.ok(body.getBytes(StandardCharsets.UTF_8), MediaTypes.IMAGE_INDEX)
                .header(HttpHeaders.CACHE_CONTROL, OciHeaders.REVALIDATE);
        if (artifactType != null) {
            response.header(OciHeaders.FILTERS_APPLIED, "artifactType");
        }
        part.next().ifPresent(last -> response.header(HttpHeaders.LINK, next(repository, subject, artifactType, last)));
        return response.build();
    }

    private static String next(RepositoryName repository, Digest subject, @Nullable String artifactType, long last) {
        String filter =
                artifactType == null ? "" : "&artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
        return "</v2/" + repository + "/referrers/" + subject + "?after=" + last + filter + ">; rel=\"next\"";
    }
}
