package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.time.Instant;
import java.util.Optional;

/// An API key, without or, once, with its secret.
///
/// @param id names the key; no secret
/// @param namespace that it may publish to; empty for an administrator's
/// @param description what its owner called it
/// @param expires when it stops being good; empty where it never does
/// @param key the secret itself, only in the answer that makes the key
public record KeyInfo(
        String id,
        Optional<String> namespace,
        String description,
        Instant created,
        Optional<Instant> expires,
        Optional<String> key)
        implements ApiRecord {

    public static KeyInfo read(byte[] json) throws RefusedException {
        return of(Json.parseObject(json, JsonLimits.DEFAULT));
    }

    static KeyInfo of(Fields fields) throws RefusedException {
        return new KeyInfo(
                fields.text("id"),
                fields.optionalText("namespace"),
                fields.text("description"),
                fields.time("created"),
                fields.optionalTime("expires"),
                fields.optionalText("key"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("id", id)
                .putIfPresent("namespace", namespace)
                .put("description", description)
                .put("created", created.toString())
                .putIfPresent("expires", expires)
                .putIfPresent("key", key)
                .build();
    }
}
