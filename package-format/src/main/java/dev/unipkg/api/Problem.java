package dev.unipkg.api;

import java.util.Optional;

/// Why a request failed (RFC 9457, "Problem Details for HTTP APIs").
///
/// @param type [#TYPES] and the code of the refusal
/// @param title what kind of problem it is, the same each time
/// @param status of the HTTP answer
/// @param detail what is wrong this time, and what to do
/// @param field the part of the request that is wrong
/// @param rule what was expected of it
public record Problem(
        String type, String title, int status, String detail, Optional<String> field, Optional<String> rule)
        implements ApiRecord {

    /// The prefix of every problem's type.
    public static final String TYPES = "https://unipkg.dev/problems/";

    /// The media type of problems.
    public static final String MEDIA_TYPE = "application/problem+json";

    /// The code of the refusal: the last part of the type.
    public String code() {
        return type.substring(type.lastIndexOf('/') + 1);
    }
}
