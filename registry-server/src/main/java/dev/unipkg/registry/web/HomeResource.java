package dev.unipkg.registry.web;

import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.ServerInfo;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.catalog.PackageSearch;
import dev.unipkg.registry.unikraft.UnikraftCatalog;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The front page: what this is, and which packages there are. A client that prefers plain text gets a few
/// lines of it, one that prefers JSON gets what `/api/v1` answers.
@Path("/")
@RunOnVirtualThread
@Tag(name = "Server")
class HomeResource {

    private static final int PAGE = 50;
    private static final int MAX_QUERY = 200;

    private static final List<MediaType> TYPES =
            List.of(MediaType.TEXT_HTML_TYPE, MediaType.TEXT_PLAIN_TYPE, MediaType.APPLICATION_JSON_TYPE);

    private final PackageSearch search;
    private final UnikraftCatalog unikraft;
    private final HtmlPages pages;
    private final String plain;
    private final ServerInfo info;

    HomeResource(
            PackageSearch search,
            UnikraftCatalog unikraft,
            HtmlPages pages,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.search = search;
        this.unikraft = unikraft;
        this.pages = pages;
        this.info = new ServerInfo("unipkg", version, "v1");
        this.plain = """
                unipkg %s, a registry of packages for unikernels

                /v2/       the OCI distribution API, for any OCI client
                /api/v1    what OCI lacks: search, versions, kernels, accounts
                /openapi   both, described
                """.formatted(version);
    }

    // Without @Produces, which would answer 406 to a browser whose Accept names none of the types.
    @GET
    @Operation(operationId = "getRoot", summary = "What this is and which packages there are, for a person")
    @APIResponse(
            responseCode = "200",
            description = "A page of packages, a few lines of text, or what the registry is",
            content = {
                @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ServerInfo.class))
            })
    public Response home(
            @Parameter(description = "Words that all stand in the name or description")
                    @QueryParam("q")
                    @DefaultValue("")
                    String query,
            @Parameter(description = "The package behind which the page begins") @QueryParam("after") @DefaultValue("")
                    String after,
            @Context HttpHeaders headers,
            @Context UriInfo uri) {
        MediaType wanted = wanted(headers);
        if (wanted.equals(MediaType.TEXT_PLAIN_TYPE)) {
            return answer(plain, wanted.withCharset("UTF-8"));
        }
        if (wanted.equals(MediaType.APPLICATION_JSON_TYPE)) {
            return answer(info, wanted);
        }
        String typed = Texts.beginning(query.strip(), MAX_QUERY);
        Optional<PackageName> cursor = cursor(after);
        List<PackageSummary> found = search.find(
                new PackageSearch.Wanted(words(typed), Optional.empty(), Optional.empty()), cursor, PAGE + 1);
        List<PackageSummary> shown = found.size() > PAGE ? found.subList(0, PAGE) : found;
        String next = found.size() > PAGE ? address(typed, shown.getLast().name()) : "";
        Frame frame = pages.frame(typed, uri);
        RunCommand command = new RunCommand(frame.base());
        List<PackageEntry> entries = entries(shown, command);
        Pages.Home home = new Pages.Home(frame, entries, images(typed, cursor, command), next, cursor.isEmpty());
        Response page = pages.answer(Response.Status.OK, home);
        page.getHeaders().putSingle(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        return page;
    }

    private static List<PackageEntry> entries(List<PackageSummary> shown, RunCommand command) {
        return shown.stream().map(each -> PackageEntry.of(each, command)).toList();
    }

    /// The Unikraft images that were found, on the first page.
    private List<UnikraftEntry> images(String typed, Optional<PackageName> cursor, RunCommand command) {
        return cursor.isPresent()
                ? List.of()
                : unikraft.find(words(typed), "", PAGE).stream()
                        .map(each -> UnikraftEntry.of(each, command))
                        .toList();
    }

    private static Response answer(Object content, MediaType type) {
        return Response.ok(content, type)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
                .build();
    }

    /// The first of the types here that the client accepts; HTML where it accepts none of them.
    private static MediaType wanted(HttpHeaders headers) {
        return accepted(headers).stream()
                .flatMap(accepted -> TYPES.stream().filter(accepted::isCompatible))
                .findFirst()
                .orElse(MediaType.TEXT_HTML_TYPE);
    }

    /// The media types that the client accepts, the preferred ones first.
    private static List<MediaType> accepted(HttpHeaders headers) {
        try {
            return headers.getAcceptableMediaTypes();
        } catch (IllegalArgumentException notAMediaType) {
            return List.of();
        }
    }

    /// The first words of what a person typed; what is beyond them would narrow the search no person's way.
    private static List<String> words(String typed) {
        return Arrays.stream(typed.toLowerCase(Locale.ROOT).split("\\s+"))
                .limit(PackageSearch.MAX_WORDS)
                .toList();
    }

    /// A cursor that is none begins the list anew, as a person who changed the address can do nothing with a
    /// problem.
    private static Optional<PackageName> cursor(String after) {
        try {
            return after.isEmpty() ? Optional.empty() : Optional.of(PackageName.parse(after));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String address(String query, PackageName last) {
        String after = "/?after=" + URLEncoder.encode(last.toString(), StandardCharsets.UTF_8);
        return query.isEmpty() ? after : after + "&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    }
}
