package dev.unipkg.format.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// One file of a build.
///
/// @param path without a leading slash
/// @param size in bytes; 0 for what is no file
/// @param target of a symlink
public record FileInfo(String path, Type type, long size, boolean executable, Optional<String> target)
        implements ApiRecord {

    /// What it is.
    public enum Type {
        FILE,
        DIRECTORY,
        SYMLINK;

        static Type of(String word) {
            return Arrays.stream(values())
                    .filter(type -> type.toString().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("not a type of file: " + word));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static FileInfo of(Fields fields) throws RefusedException {
        return new FileInfo(
                fields.text("path"),
                fields.value("type", "file, directory or symlink", Type::of),
                fields.number("size", 0, Json.Num.MAX),
                fields.flag("executable"),
                fields.optionalText("target"));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("path", path)
                .put("type", type.toString())
                .put("size", size)
                .put("executable", executable)
                .putIfPresent("target", target)
                .build();
    }
}
