package dev.unipkg.registry.publish;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.registry.catalog.HotPaths;
import dev.unipkg.registry.content.HeldBlobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Gatherers;

/// Takes back what came for a document that is refused: its own content, where nobody else brought that too and
/// nothing names it. Of what a document only refers to, nothing is touched.
@ApplicationScoped
class Undo {

    private static final int DROPPED_AT_ONCE = 64;

    private final Leftovers leftovers;
    private final HeldBlobs blobs;
    private final HotPaths hotPaths;

    Undo(Leftovers leftovers, HeldBlobs blobs, HotPaths hotPaths) {
        this.leftovers = leftovers;
        this.blobs = blobs;
        this.hotPaths = hotPaths;
    }

    /// Whether no repetition can make the document good, so that what came for it is of no use.
    static boolean isFor(Refusal refusal) {
        return switch (refusal) {
            case ContentRefusal content -> isFor(content);
            case ArchiveRefusal archive -> true;
            case DocumentRefusal document -> true;
            case NameRefusal name -> true;
            case ProgramRefusal program -> true;
            case PublishRefusal published -> true;
        };
    }

    private static boolean isFor(ContentRefusal refusal) {
        return switch (refusal) {
            case ContentRefusal.DigestMismatch mismatch -> true;
            case ContentRefusal.SizeMismatch mismatch -> true;
            case ContentRefusal.Overlong overlong -> true;
            case ContentRefusal.TooLarge large -> true;
            case ContentRefusal.AbsentContent absent -> true;
            // These are about the registry or the connection, and the same document can be taken later.
            case ContentRefusal.CutOff cut -> false;
            case ContentRefusal.OffsetMismatch offset -> false;
            case ContentRefusal.UnknownUpload upload -> false;
            case ContentRefusal.TooManyUploads many -> false;
            case ContentRefusal.DiskFull full -> false;
        };
    }

    /// Drops what came for the document, a few digests at a time, because each takes a lock until its transaction
    /// ends; and forgets it, since a path whose bytes are gone must not be answered from memory.
    void of(PackageName repository, byte[] refused) throws IOException {
        OwnContent own = OwnContent.of(refused);
        Set<Digest> unnamed = new TreeSet<>(own.blobs());
        unnamed.addAll(own.manifests());
        try {
            // Also where nothing is named: the document's own bytes are to be dropped.
            leftovers.dropBuilds(repository, Digest.of(refused), List.of());
            for (List<Digest> group : groups(own.manifests())) {
                unnamed.addAll(leftovers.dropBuilds(repository, Digest.of(refused), group));
            }
            for (List<Digest> group : groups(unnamed)) {
                blobs.giveBack(repository, group);
            }
        } finally {
            for (Digest digest : unnamed) {
                hotPaths.forget(HotPaths.blob(repository, digest));
                hotPaths.forget(HotPaths.manifest(repository, digest.toString()));
            }
        }
    }

    private static List<List<Digest>> groups(Collection<Digest> digests) {
        return digests.stream().gather(Gatherers.windowFixed(DROPPED_AT_ONCE)).toList();
    }
}
