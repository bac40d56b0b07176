package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;

/// The kernel families that a registry has releases of.
public record KernelFamilyList(List<KernelFamilyInfo> families) implements ApiRecord {

    public KernelFamilyList {
        families = List.copyOf(families);
    }

    public static KernelFamilyList read(byte[] json) throws RefusedException {
        return new KernelFamilyList(Json.parseObject(json, JsonLimits.DEFAULT).list("families", KernelFamilyInfo::of));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll("families", families, KernelFamilyInfo::toJson)
                .build();
    }
}
