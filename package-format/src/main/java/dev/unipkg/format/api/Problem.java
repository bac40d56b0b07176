package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
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

    /// What every problem's type starts with.
    public static final String TYPES = "https://unipkg.dev/problems/";

    /// The media type of problems.
    public static final String MEDIA_TYPE = "application/problem+json";

    /// The code of the refusal: the last part of the type.
    public String code() {
        return type.substring(type.lastIndexOf('/') + 1);
    }

    public static Problem read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new Problem(
                fields.optionalText("type").orElse("about:blank"),
                fields.optionalText("title").orElse(""),
                fields.optionalNumber("status", 100, 599).orElse(0L).intValue(),
                fields.optionalText("detail").orElse(""),
                fields.optionalText("field"),
                fields.optionalText("rule"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("type", type)
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .putIfPresent("field", field)
                .putIfPresent("rule", rule)
                .build();
    }
}
