package dev.unipkg.registry.oci;

import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a list of names in ASCII order, with a link to the next one (distribution-spec, "Listing
/// Tags").
///
/// @param names of the page
/// @param size how many names a page has
/// @param more whether there is a next page
record ListPage(List<String> names, int size, boolean more) {

    private static final int MAX_NAMES = 1000;

    /// Finds names behind another one.
    @FunctionalInterface
    interface Names {
        /// @param last finds the names behind it
        /// @param limit the most names to find
        List<String> find(String last, int limit);
    }

    /// The page that the parameters `n` and `last` ask for.
    ///
    /// @param maxLength the longest that `last` may be, in characters
    /// @throws dev.unipkg.registry.problems.RejectedException where one of them is out of its range
    static ListPage of(@Nullable String n, String last, int maxLength, Names all) {
        int size = size(n);
        if (last.length() > maxLength) {
            throw new Rejection.BadRequest("last", "a name of the list, at most " + maxLength + " characters")
                    .asException();
        }
        List<String> found = size == 0 ? List.of() : all.find(last, size + 1);
        boolean more = found.size() > size;
        return new ListPage(more ? found.subList(0, size) : found, size, more);
    }

    private static int size(@Nullable String n) {
        if (n == null) {
            return MAX_NAMES;
        }
        if (!n.matches("\\d{1,18}")) {
            throw new Rejection.BadRequest("n", "a number, 0 or more").asException();
        }
        return (int) Math.min(MAX_NAMES, Long.parseLong(n));
    }

    /// The answer with this page.
    ///
    /// @param path of the list
    /// @param document what holds the names
    Response answer(String path, Object document) {
        Response.ResponseBuilder response = Response.ok(document, MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, OciHeaders.REVALIDATE);
        if (more) {
            String last = URLEncoder.encode(names.getLast(), StandardCharsets.UTF_8);
            response.header(HttpHeaders.LINK, "<" + path + "?n=" + size + "&last=" + last + ">; rel=\"next\"");
        }
        return response.build();
    }
}
