package dev.unipkg.registry.catalog;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.api.Page;
import dev.unipkg.format.Digest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;

/// How the native API answers: the document, an entity tag of its bytes, and how long it may be kept.
public final class Answers {

    /// To be asked for again each time; a client that has it is told so in a few bytes.
    public static final String REVALIDATE = "no-cache";

    /// For what never changes but for its number of downloads, and may one day be hidden.
    public static final String A_MINUTE = "public, max-age=60";

    private Answers() {}

    /// The document, or only that the client has it.
    public static Response document(ApiRecord document, String cacheControl, HttpHeaders request) {
        return answer(document, cacheControl, request).build();
    }

    /// The document of a version, which is kept longer where it was asked for by its name and not by a tag.
    public static Response version(
            HotAnswers.Answer.OfVersion document, PublishedVersion version, String askedFor, HttpHeaders request) {
        String cacheControl = askedFor.equals(version.version.text()) ? A_MINUTE : REVALIDATE;
        return answer(document.bytes(), document.digest(), cacheControl, request)
                .build();
    }

    /// A page of a list, with a link to the next one.
    static Response page(Page<?> page, UriInfo uri, HttpHeaders request) {
        Response.ResponseBuilder response = answer(page, REVALIDATE, request);
        page.next().ifPresent(cursor -> response.header(HttpHeaders.LINK, nextPage(uri, cursor)));
        return response.build();
    }

    private static Response.ResponseBuilder answer(ApiRecord document, String cacheControl, HttpHeaders request) {
        byte[] bytes = document.toBytes();
        return answer(bytes, Digest.of(bytes).toString(), cacheControl, request);
    }

    private static Response.ResponseBuilder answer(
            byte[] bytes, String digest, String cacheControl, HttpHeaders request) {
        Response.ResponseBuilder response = EntityTags.match(request.getHeaderString(HttpHeaders.IF_NONE_MATCH), digest)
                ? Response.notModified()
                : Response.ok(bytes, MediaType.APPLICATION_JSON);
        return response.header(HttpHeaders.ETAG, EntityTags.of(digest)).header(HttpHeaders.CACHE_CONTROL, cacheControl);
    }

    /// The `Link` from a page to the next one. It is relative, so that it holds behind any proxy.
    ///
    /// @param uri of the page
    public static String nextPage(UriInfo uri, String cursor) {
        URI next = uri.getRequestUriBuilder()
                .replaceQueryParam("after", "{cursor}")
                .build(cursor);
        return "<" + next.getRawPath() + "?" + next.getRawQuery() + ">; rel=\"next\"";
    }
}
