package dev.unipkg.registry.catalog;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.ApiRecord;
import dev.unipkg.api.Page;
import dev.unipkg.registry.problems.PageLimit;
import dev.unipkg.registry.problems.RejectedException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/// The paging parameters of every catalog list, and the page that answers them.
@SuppressWarnings("NullAway.Init") // the framework fills the fields
public class Paging {

    @Parameter(description = "How many, 1 to 200")
    @QueryParam("limit")
    @DefaultValue(PageLimit.DEFAULT)
    String limit;

    @Parameter(description = "The cursor that the page before gave as next")
    @QueryParam("after")
    @DefaultValue("")
    String after;

    @Context
    UriInfo uri;

    @Context
    HttpHeaders headers;

    /// The cursor behind which the page begins; empty for the first page.
    public String after() {
        return after;
    }

    /// The page, with a link to the next one where there is one.
    ///
    /// @param list the list that the page is of
    /// @param find gives that many entries, where there are
    /// @param cursor of an entry, to begin the next page behind it
    /// @throws RejectedException where the request asks for no number of entries
    public <T extends ApiRecord> Response answer(
            ApiList<T> list, IntFunction<List<T>> find, Function<T, String> cursor) {
        int size = PageLimit.limit(limit);
        List<T> found = find.apply(size + 1);
        boolean more = found.size() > size;
        List<T> page = more ? found.subList(0, size) : found;
        Optional<String> next = more ? Optional.of(cursor.apply(page.getLast())) : Optional.empty();
        return Answers.page(new Page<>(list, page, next), uri, headers);
    }
}
