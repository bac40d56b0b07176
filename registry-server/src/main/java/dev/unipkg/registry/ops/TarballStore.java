package dev.unipkg.registry.ops;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.HashingOutputStream;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.LayerWriter;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.checks.CheckPool;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.content.NamespaceUsage;
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
/// its digest, and it takes nothing of the room for pushes. Anybody can let tarballs be made, and one may be many times
/// as large as what was pushed, so those of a namespace together have the limit of a namespace.
@ApplicationScoped
class TarballStore {

    private static final int BUFFER_BYTES = 64 << 10;

    private final BlobStore store;
    private final Leases leases;
    private final Sql sql;
    private final NamespaceUsage usage;
    private final Path scratch;

    TarballStore(BlobStore store, Leases leases, Sql sql, NamespaceUsage usage, Settings settings) {
        this.store = store;
        this.leases = leases;
        this.sql = sql;
        this.usage = usage;
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

    /// The most that the tarball of a build may have.
    private record Room(String namespace, long bytes, long limitBytes) {

        Refusal refusal() {
            return new ContentRefusal.TooLarge(
                    "the tarball, with the others that ops has of the namespace " + namespace + ",", limitBytes);
        }
    }

    private Optional<Room> room(long build) {
        return usage.limitBytes()
                .map(limit -> sql.query("""
                        select r.namespace, (select coalesce(sum(t.size), 0)::bigint
                            from repository others join version ov on ov.repository_id = others.id
                            join build ob on ob.version_id = ov.id join ops_tarball t on t.build_id = ob.id
                            where others.namespace = r.namespace and ob.id <> b.id)
                        from build b join version v on v.id = b.version_id join repository r on r.id = v.repository_id
                        where b.id = ?
                        """, row -> new Room(row.getString(1), limit - row.getLong(2), limit), build)
                        .getFirst());
    }

    /// Writes the tarball of a build and records it.
    ///
    /// @throws RefusedException when the tarballs of the namespace would be too large together
    Tarball keep(long build, FileTree files, CheckPool.Slice slice) throws IOException {
        Files.createDirectories(scratch);
        Path file = Files.createTempFile(scratch, "tarball-", ".tar.gz");
        try {
            Tarball tarball = write(files, file, room(build), slice);
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
    private static Tarball write(FileTree files, Path file, Optional<Room> room, CheckPool.Slice slice)
            throws IOException {
        OutputStream scratch = ScratchFile.open(file);
        OutputStream bounded = room.isEmpty()
                ? scratch
                : new BoundedSpool(scratch, room.get().bytes(), room.get().refusal());
        try (HashingOutputStream hashed = new HashingOutputStream(bounded)) {
            try (OutputStream gzip =
                    new GZIPOutputStream(new BufferedOutputStream(hashed, BUFFER_BYTES), BUFFER_BYTES)) {
                LayerWriter.writeTar(files, new Paused(gzip, slice), TarballTree.LIMITS);
            }
            return new Tarball(hashed.digest(), hashed.size());
        }
    }

    private void record(long build, Tarball tarball) throws RefusedException {
        Optional<Room> exceeded = QuarkusTransaction.joiningExisting().call(() -> {
            if (usage.limitBytes().isPresent()) {
                // Others that are made meanwhile need room as well.
                sql.update("lock table ops_tarball in share row exclusive mode");
            }
            Optional<Room> left = room(build).filter(found -> found.bytes() < tarball.size());
            if (left.isPresent()) {
                return left;
            }
            leases.note(tarball.digest(), tarball.size());
            List<Digest> before = sql.digests(
                    "select digest from ops_tarball where build_id = ? and digest <> ?", build, tarball.digest());
            sql.update("""
                insert into ops_tarball (build_id, digest, size) values (?, ?, ?)
                on conflict (build_id) do update set digest = excluded.digest, size = excluded.size
                """, build, tarball.digest(), tarball.size());
            leases.condemn(before);
            return Optional.empty();
        });
        if (exceeded.isPresent()) {
            throw exceeded.get().refusal().asException();
        }
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
