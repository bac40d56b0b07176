package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A kernel family.
///
/// @param family `nanos`, `linux` or `unikraft`
/// @param channels and the releases they point at
/// @param releases how many there are
/// @param latest the newest release; empty before the first one
public record KernelFamilyInfo(
        String family, SortedMap<String, Version> channels, long releases, Optional<Version> latest)
        implements ApiRecord {

    public KernelFamilyInfo {
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
    }

    public static KernelFamilyInfo read(byte[] json) throws RefusedException {
        return of(Json.parseObject(json, JsonLimits.DEFAULT));
    }

    static KernelFamilyInfo of(Fields fields) throws RefusedException {
        return new KernelFamilyInfo(
                fields.text("family"),
                fields.valueMap("channels", "a version", Version::new),
                fields.number("releases", 0, Json.Num.MAX),
                fields.optionalValue("latest", "a version", Version::new));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("family", family)
                .putTexts("channels", channels)
                .put("releases", releases)
                .putIfPresent("latest", latest)
                .build();
    }
}
