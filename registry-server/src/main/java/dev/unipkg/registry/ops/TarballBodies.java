package dev.unipkg.registry.ops;

import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.registry.content.StoredBytes;
import dev.unipkg.registry.counts.CountedBuild;
import dev.unipkg.registry.counts.DownloadCounts;
import dev.unipkg.registry.counts.DownloadJournal;
import dev.unipkg.registry.oci.CountedBody;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The bodies of answers with a tarball. Each counts as a download when its last byte is sent. They pass through this
/// server also where the store would redirect clients: ops sends its key to whatever address it is redirected to.
@ApplicationScoped
class TarballBodies {

    private final StoredBytes stored;
    private final DownloadCounts counts;
    private final DownloadJournal journal;

    TarballBodies(StoredBytes stored, DownloadCounts counts, DownloadJournal journal) {
        this.stored = stored;
        this.counts = counts;
        this.journal = journal;
    }

    /// The response entity.
    ///
    /// @param build that the download counts for
    Object of(Tarball tarball, CountedBuild build) throws IOException {
        InputStream bytes = stored.open(Descriptor.of(Tarballs.GZIP, tarball.digest(), tarball.size()));
        return counts.isCounting()
                ? new CountedBody(bytes, tarball.size(), () -> journal.add(build, Optional.empty()))
                : bytes;
    }
}
