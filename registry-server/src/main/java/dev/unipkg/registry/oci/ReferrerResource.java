package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.problems.Rejection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.persistence.EntityManager;
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
import java.util.List;
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

    // Descriptors carry annotations, so one of them can be as large as a manifest.
    private static final int PAGE = 100;
    private static final int PAGE_BYTES = 2 << 20;

    private final EntityManager database;

    ReferrerResource(EntityManager database) {
        this.database = database;
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
        PackageName repository = OciPaths.repository(namespace, name);
        Digest subject = OciPaths.digest(digest);
        if (!after.matches("\\d{1,18}")) {
            throw new Rejection.BadRequest("after", "the cursor of a page").asException();
        }
        List<Object[]> referrers = Repository.named(repository)
                .map(found -> referrers(found, subject, Optional.ofNullable(artifactType), Long.parseLong(after)))
                .orElse(List.of());
        List<Object[]> shown = referrers.subList(0, Math.min(PAGE, referrers.size()));
        // The descriptors are JSON already; together they may be larger than documents that are parsed.
        String body = shown.stream()
                .map(referrer -> (String) referrer[1])
                .collect(Collectors.joining(
                        ",",
                        "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_INDEX + "\",\"manifests\":[",
                        "]}"));
        Response.ResponseBuilder response = Response.ok(body.getBytes(StandardCharsets.UTF_8), MediaTypes.IMAGE_INDEX)
                .header(HttpHeaders.CACHE_CONTROL, OciHeaders.REVALIDATE);
        if (artifactType != null) {
            response.header(OciHeaders.FILTERS_APPLIED, "artifactType");
        }
        if (!shown.isEmpty() && shown.size() < (Long) shown.getFirst()[2]) {
            response.header(HttpHeaders.LINK, next(repository, subject, artifactType, (Long) shown.getLast()[0]));
        }
        return response.build();
    }

    /// The id and the descriptor of each referrer on the page, and how many there were to choose from: one more
    /// than fits tells that there is a next page. The database counts bytes before it reads a descriptor, so
    /// that a page holds [#PAGE_BYTES] and one descriptor at most.
    private List<Object[]> referrers(Repository repository, Digest subject, Optional<String> artifactType, long after) {
        return database.createNativeQuery("""
                        select id, referrer, candidates from (
                            select id, referrer, count(*) over () as candidates,
                                sum(octet_length(referrer)) over (order by id) - octet_length(referrer) as before
                            from (select id, referrer from manifest
                                where repository_id = :repository and subject = :subject and id > :after
                                and (cast(:kind as text) is null or kind = :kind)
                                order by id limit :most) as candidate) as counted
                        where before < :bytes order by id
                        """, Object[].class)
                .setParameter("repository", repository.id)
                .setParameter("subject", subject.toString())
                .setParameter("after", after)
                .setParameter("kind", artifactType.orElse(null))
                .setParameter("most", PAGE + 1)
                .setParameter("bytes", PAGE_BYTES)
                .getResultList();
    }

    private static String next(PackageName repository, Digest subject, @Nullable String artifactType, long last) {
        String filter =
                artifactType == null ? "" : "&artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
        return "</v2/" + repository + "/referrers/" + subject + "?after=" + last + filter + ">; rel=\"next\"";
    }
}
