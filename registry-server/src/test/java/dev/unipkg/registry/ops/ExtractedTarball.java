package dev.unipkg.registry.ops;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/// A tarball, extracted as ops does it: in order, and a directory is there only after its own entry.
///
/// @param files the content of each file, `-> target` of each link, `/` of each directory, by path
record ExtractedTarball(Map<String, String> files) {

    static ExtractedTarball of(byte[] gzip) {
        Map<String, String> files = new LinkedHashMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GzipCompressorInputStream(new ByteArrayInputStream(gzip)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = entry.getName().replaceFirst("/$", "");
                requireParent(files, path);
                String content = entry.isDirectory()
                        ? "/"
                        : entry.isSymbolicLink()
                                ? "-> " + entry.getLinkName()
                                : new String(tar.readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
                files.put(path, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ExtractedTarball(files);
    }

    private static void requireParent(Map<String, String> files, String path) {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !"/".equals(files.get(path.substring(0, slash)))) {
            throw new IllegalStateException("ops fails to create " + path);
        }
    }
}
