package dev.unipkg.cli.machine.snapshot;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/// The marks by which a file is recognized as unchanged without reading it: hashing the memory of a guest would take
/// longer than its resume.
///
/// @param bytes its length
/// @param modified when it was last written to, in nanoseconds since 1970
/// @param changed when anything about it last changed, which no program can set
record FileStamp(long bytes, long modified, long changed) {
    /// The stamp of a regular file.
    ///
    /// @throws IOException where it is missing, or no regular file
    static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new IOException("the " + file.getFileName() + " of the snapshot is no regular file");
        }
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime", NOFOLLOW_LINKS);
        return new FileStamp(attributes.size(), nanos(attributes.lastModifiedTime()), nanos(changed));
    }

    /// Whether the files are the same by their marks.
    boolean matches(FileStamp other) {
        return bytes == other.bytes && modified == other.modified && changed == other.changed;
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    Json.Obj toJson() {
        return Json.object()
                .put("bytes", bytes)
                .put("modified", Long.toString(modified))
                .put("changed", Long.toString(changed))
                .build();
    }

    static FileStamp of(Fields fields) throws RefusedException {
        return new FileStamp(
                fields.number("bytes", 0, Json.Num.MAX),
                fields.value("modified", "nanoseconds", Long::parseLong),
                fields.value("changed", "nanoseconds", Long::parseLong));
    }
}
