package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;
import java.util.Optional;

/// A page of the files of a build, in the order of their paths.
///
/// @param next the cursor of the next page, for the query parameter `after`; empty on the last
public record FileList(List<FileInfo> files, Optional<String> next) implements ApiRecord {

    public FileList {
        files = List.copyOf(files);
    }

    public static FileList read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new FileList(fields.list("files", FileInfo::of), fields.optionalText("next"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .putAll("files", files, FileInfo::toJson)
                .putIfPresent("next", next)
                .build();
    }
}
