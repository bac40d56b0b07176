package dev.unipkg.registry.ops;

import dev.unipkg.format.Digest;
import dev.unipkg.format.HashingOutputStream;
import dev.unipkg.format.layer.LayerWriter;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.checks.CheckPool;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.content.ScratchFile;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.storage.BlobStore;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// Keeps tarballs as blobs. The row of a tarball pins its blob; no repository has it, so it cannot be had or named by
/// its digest, and no namespace counts it.
@ApplicationScoped
class TarballStore {

    private static final int BUFFER_BYTES = 64 << 10;

    private final BlobStore store;
    private final Leases leases;
    private final Sql sql;
    private final Path scratch;

    TarballStore(BlobStore store, Leases leases, Sql sql, Settings settings) {
        this.store = store;
        this.leases = leases;
        this.sql = sql;
        this.scratch = settings.data().resolve("checking");
    }

    /// The tarball of a build, if it was made.
    Optional<Tarball> find(long build) {
        return sql
                .query(
                        "select digest, size from ops_tarball where build_id = ?",
                        row -> new Tarball(Digest.parse(row.getString(1)), row.getLong(2)),
                        build)
                .stream()
                .findFirst();
    }

    /// Writes the tarball of a build and records it.
    Tarball keep(long build, FileTree files, CheckPool.Slice slice) throws IOException {
        Files.createDirectories(scratch);
        Path file = Files.createTempFile(scratch, "tarball-", ".tar.gz");
        try {
            Tarball tarball = write(files, file, slice);
            try (InputStream bytes = Files.newInputStream(file)) {
                store.put(tarball.digest(), tarball.size(), bytes);
            }
            record(build, tarball);
            return tarball;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /// Java's gzip writes no time and no name, so the bytes depend on the files and on the version of zlib only.
    private static Tarball write(FileTree files, Path file, CheckPool.Slice slice) throws IOException {
        try (HashingOutputStream hashed = new HashingOutputStream(ScratchFile.open(file))) {
            try (OutputStream gzip =
                    new GZIPOutputStream(new BufferedOutputStream(hashed, BUFFER_BYTES), BUFFER_BYTES)) {
                LayerWriter.writeTar(files, new Paused(gzip, slice), TarballTree.LIMITS);
            }
            return new Tarball(hashed.digest(), hashed.size());
        }
    }

    private void record(long build, Tarball tarball) {
        var _ = QuarkusTransaction.joiningExisting().call(() -> {
            leases.note(tarball.digest(), tarball.size());
            List<Digest> before = sql.digests(
                    "select digest from ops_tarball where build_id = ? and digest <> ?", build, tarball.digest());
            sql.update("""
                insert into ops_tarball (build_id, digest, size) values (?, ?, ?)
                on conflict (build_id) do update set digest = excluded.digest, size = excluded.size
                """, build, tarball.digest(), tarball.size());
            leases.condemn(before);
            return tarball;
        });
    }

    /// Lets other work have the processor between two pieces.
    private static final class Paused extends FilterOutputStream {

        private final CheckPool.Slice slice;

        Paused(OutputStream out, CheckPool.Slice slice) {
            super(out);
            this.slice = slice;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            slice.pause();
            out.write(bytes, offset, length);
        }
    }
}
