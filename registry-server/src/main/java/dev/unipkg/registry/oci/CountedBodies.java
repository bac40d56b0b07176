package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.counts.CountedBlobs;
import dev.unipkg.registry.counts.CountedBuild;
import dev.unipkg.registry.counts.DownloadHeaders;
import dev.unipkg.registry.counts.DownloadJournal;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.storage.Range;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// The bodies of answers to GETs that may be downloads. They pass through the registry from wherever they are stored,
/// since an address of the object storage tells nobody whether its last byte was sent.
@ApplicationScoped
class CountedBodies {

    private final Leases leases;
    private final CountedBlobs blobs;
    private final DownloadJournal journal;

    CountedBodies(Leases leases, CountedBlobs blobs, DownloadJournal journal) {
        this.leases = leases;
        this.blobs = blobs;
        this.journal = journal;
    }

    /// A GET of a blob that counts.
    ///
    /// @param size of the blob, in bytes
    /// @param newest the builds it may count for, as [CountedBlobs#buildsOf] answers them
    record Get(RepositoryName repository, Digest blob, long size, List<CountedBuild> newest, DownloadHeaders asked) {}

    /// The entity for a part of the blob. It counts if the last byte of the blob is in it.
    Object of(Get get, Range part) throws IOException {
        InputStream bytes = leases.read(get.blob(), get.size(), part)
                .orElseThrow(() -> new Rejection.NotFound(Thing.BLOB, get.blob().toString()).asException());
        boolean isLast = part.length() > 0 && part.offset() + part.length() == get.size();
        if (!isLast || !get.asked().isDownload()) {
            return bytes;
        }
        CountedBuild build = blobs.choose(
                get.repository(), get.blob(), get.newest(), get.asked().build());
        return new CountedBody(
                bytes, part.length(), () -> journal.add(build, get.asked().number()));
    }
}
