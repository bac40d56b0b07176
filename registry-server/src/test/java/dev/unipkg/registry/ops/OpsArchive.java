package dev.unipkg.registry.ops;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Writes tarballs as ops writes them, and those that it never would.
final class OpsArchive {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    OpsArchive() {
        try {
            tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes));
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A package of one program beside `package.manifest`.
    static OpsArchive of(String folder, byte[] program, String manifest) {
        return new OpsArchive()
                .directory(folder)
                .file(folder + "/package.manifest", manifest.getBytes(StandardCharsets.UTF_8))
                .file(folder + "/app", program)
                .directory(folder + "/sysroot")
                .directory(folder + "/sysroot/etc")
                .file(folder + "/sysroot/etc/motd", "hello".getBytes(StandardCharsets.UTF_8));
    }

    OpsArchive directory(String path) {
        return entry(new TarArchiveEntry(path + "/"), new byte[0]);
    }

    OpsArchive file(String path, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setSize(content.length);
        return entry(entry, content);
    }

    OpsArchive link(String path, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        return entry(entry, new byte[0]);
    }

    /// An entry without content.
    OpsArchive special(String path, byte type) {
        return entry(new TarArchiveEntry(path, type), new byte[0]);
    }

    private OpsArchive entry(TarArchiveEntry entry, byte[] content) {
        try {
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// The gzip file.
    byte[] bytes() {
        try {
            tar.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// The body of a push as Go writes it: the file first, then the fields, without the boundary at the end.
    static byte[] form(byte[] tarball, Map<String, String> fields) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(text("--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"package\"; filename=\"app_1.0.tar.gz\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n"));
        form.writeBytes(tarball);
        new LinkedHashMap<>(fields)
                .forEach((name, value) -> form.writeBytes(text("\r\n--" + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value)));
        return form.toByteArray();
    }

    static final String BOUNDARY = "7d9a2f3c1b8e4d6fa0c5e7b9d1f3a5c7e9b1d3f5a7c9e1b3d5f7a9c1e3b5";

    /// The end of the form.
    static byte[] end() {
        return text("\r\n--" + BOUNDARY + "--\r\n");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
