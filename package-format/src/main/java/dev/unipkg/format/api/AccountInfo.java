package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;

/// Who the caller is to the registry.
///
/// @param anonymous without any key
/// @param administrator may do everything
/// @param namespaces that the key may publish to
public record AccountInfo(boolean anonymous, boolean administrator, List<String> namespaces) implements ApiRecord {

    public AccountInfo {
        namespaces = List.copyOf(namespaces);
    }

    public static AccountInfo read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new AccountInfo(fields.flag("anonymous"), fields.flag("administrator"), fields.texts("namespaces"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("anonymous", anonymous)
                .put("administrator", administrator)
                .put("namespaces", Json.texts(namespaces))
                .build();
    }
}
