package dev.unipkg.api;

import java.util.Locale;
import java.util.Optional;

/// One file of a build.
///
/// @param path without a leading slash
/// @param size in bytes; 0 for what is no file
/// @param target of a symlink
public record FileInfo(String path, Type type, long size, boolean executable, Optional<String> target)
        implements ApiRecord {

    /// The type of a file.
    public enum Type {
        FILE,
        DIRECTORY,
        SYMLINK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
