package dev.unipkg.registry.ops;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Lists of builds as ops reads them. Each is one document. The list of everything is made once and kept until a
/// build comes; a build that another replica published can be missing for [#KEPT].
@ApplicationScoped
class OpsList {

    /// The longest that the list of everything is kept.
    private static final Duration KEPT = Duration.ofSeconds(10);

    /// The list is in memory: an eighth of the heap's 512 MiB, which is more than 200,000 builds.
    private static final int MAX_BYTES = 64 << 20;

    private final OpsBuilds builds;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable Kept kept;

    OpsList(OpsBuilds builds) {
        this.builds = builds;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(String stamp, long since, byte[] document) {}

    /// The list of all builds. The array is shared; its readers do not change it.
    ///
    /// @throws RefusedException when it is too long
    byte[] everything() throws RefusedException {
        String stamp = builds.stamp();
        byte[] found = find(stamp);
        if (found != null) {
            return found;
        }
        // Others wait here, so that of many who come at once one makes it.
        making.lock();
        try {
            byte[] made = find(stamp);
            if (made == null) {
                made = document(builds::forEach);
                kept = new Kept(stamp, System.nanoTime(), made);
            }
            return made;
        } finally {
            making.unlock();
        }
    }

    private byte @Nullable [] find(String stamp) {
        Kept now = kept;
        if (now == null || !now.stamp().equals(stamp)) {
            return null;
        }
        return System.nanoTime() - now.since() < KEPT.toNanos() ? now.document() : null;
    }

    /// The list of some builds.
    ///
    /// @throws RefusedException when it is too long
    static byte[] of(Iterable<OpsBuild> some) throws RefusedException {
        return document(some::forEach);
    }

    /// Written build by build, because a tree of all of them would take several times the memory.
    private static byte[] document(Consumer<Consumer<OpsBuild>> all) throws RefusedException {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        document.writeBytes("{\"Version\":2,\"Packages\":[".getBytes(StandardCharsets.UTF_8));
        int empty = document.size();
        all.accept(build -> {
            if (document.size() <= MAX_BYTES) {
                document.writeBytes(document.size() == empty ? new byte[0] : new byte[] {','});
                document.writeBytes(build.toJson().toBytes());
            }
        });
        document.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
        if (document.size() > MAX_BYTES) {
            throw new ContentRefusal.TooLarge("the list of packages", MAX_BYTES).asException();
        }
        return document.toByteArray();
    }
}
