package dev.unipkg.registry.wiring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// The PostgreSQL programs that travel inside the server, unpacked once into a folder.
///
/// @param folder holds `bin/initdb` and `bin/postgres`
record PostgresBinaries(Path folder) {

    /// Unpacks the programs of this machine's architecture into `target`, unless they are there. A start that is
    /// killed half way leaves nothing behind under that name.
    static PostgresBinaries unpackedAt(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            Path half = target.resolveSibling(target.getFileName() + ".unpacking");
            Folders.delete(half);
            unpack(Files.createDirectories(half));
            Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(target);
    }

    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    private static void unpack(Path folder) throws IOException {
        String name = "postgres-linux-" + machine() + ".txz";
        try (InputStream resource =
                Thread.currentThread().getContextClassLoader().getResourceAsStream(name)) {
            if (resource == null) {
                throw new IOException("this server brings no PostgreSQL for " + System.getProperty("os.name") + " on "
                        + machine() + " (" + name + "); set quarkus.datasource.jdbc.url to one of yours");
            }
            unpackTar(new XZInputStream(new BufferedInputStream(resource, 1 << 16)), folder);
        }
    }

    private static void unpackTar(InputStream tar, Path folder) throws IOException {
        TarArchiveInputStream entries = new TarArchiveInputStream(tar);
        for (TarArchiveEntry entry = next(entries); entry != null; entry = next(entries)) {
            Path path = folder.resolve(entry.getName()).normalize();
            if (!path.startsWith(folder)) {
                throw new IOException("the archive of PostgreSQL names a path outside: " + entry.getName());
            }
            Files.createDirectories(entry.isDirectory() ? path : path.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else if (entry.isFile()) {
                Files.copy(entries, path);
                boolean executable = (entry.getMode() & 0100) != 0;
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream entries) throws IOException {
        return entries.getNextEntry();
    }

    private static String machine() {
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (machine) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> machine;
        };
    }
}
