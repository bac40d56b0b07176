package dev.unipkg.registry.problems;

/// How much of a list one answer holds.
public final class PageLimit {

    /// How many entries an answer has where the client does not say.
    public static final String DEFAULT = "50";

    /// How many entries an answer has at most.
    public static final int MAX = 200;

    private PageLimit() {}

    /// Reads the query parameter `limit`.
    ///
    /// @throws RejectedException where it is not a number from 1 to [#MAX]
    public static int limit(String text) {
        if (text.matches("[0-9]{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX) {
                return limit;
            }
        }
        throw new Rejection.BadRequest("limit", "a number from 1 to " + MAX).asException();
    }
}
