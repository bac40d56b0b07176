package dev.unipkg.registry.ops;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Lists of builds as ops reads them. Each is one document. The list of everything is made once and kept until a
/// version comes or a tarball is made; the numbers of downloads in it can be older than [#KEPT].
@ApplicationScoped
class OpsList {

    /// How long the list of everything is kept where nothing but numbers of downloads has changed.
    private static final Duration KEPT = Duration.ofMinutes(1);

    /// The list is in memory: an eighth of the heap's 512 MiB, which is more than 200,000 builds.
    private static final int MAX_BYTES = 64 << 20;

    private final OpsBuilds builds;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable Kept kept;

    OpsList(OpsBuilds builds) {
        this.builds = builds;
    }

    /// A list, or that it is too long, which is as dear to find out.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(String stamp, long since, byte @Nullable [] document) {

        boolean is(String now) {
            return stamp.equals(now);
        }

        boolean isFresh() {
            return System.nanoTime() - since < KEPT.toNanos();
        }

        byte[] get() throws RefusedException {
            if (document == null) {
                throw tooLong();
            }
            return document;
        }
    }

    /// The list of all builds. The array is shared; its readers do not change it.
    ///
    /// @throws RefusedException when it is too long
    byte[] everything() throws RefusedException {
        String stamp = builds.stamp();
        Kept found = kept;
        // While one request reads the downloads again, the others get the list with the older numbers.
        if (found != null && found.is(stamp) && (found.isFresh() || making.isLocked())) {
            return found.get();
        }
        // Others wait here, so that of many who come at once one makes it.
        making.lock();
        try {
            Kept made = kept;
            if (made == null || !made.is(stamp) || !made.isFresh()) {
                byte[] document = document(builds::forEach);
                made = new Kept(stamp, System.nanoTime(), document);
                kept = made;
            }
            return made.get();
        } finally {
            making.unlock();
        }
    }

    /// The list of some builds.
    ///
    /// @throws RefusedException when it is too long
    static byte[] of(List<OpsBuild> some) throws RefusedException {
        byte[] document = document(wants -> {
            for (OpsBuild build : some) {
                if (!wants.test(build)) {
                    return;
                }
            }
        });
        if (document == null) {
            throw tooLong();
        }
        return document;
    }

    private static RefusedException tooLong() {
        return new ContentRefusal.TooLarge("the list of packages", MAX_BYTES).asException();
    }

    /// Written build by build, because a tree of all of them would take several times the memory.
    ///
    /// @param all shows builds for as long as they are wanted
    /// @return nothing when it is too long
    private static byte @Nullable [] document(Consumer<Predicate<OpsBuild>> all) {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        document.writeBytes("{\"Version\":2,\"Packages\":[".getBytes(StandardCharsets.UTF_8));
        int empty = document.size();
        all.accept(build -> {
            document.writeBytes(document.size() == empty ? new byte[0] : new byte[] {','});
            document.writeBytes(build.toJson().toBytes());
            return document.size() <= MAX_BYTES;
        });
        document.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
        return document.size() > MAX_BYTES ? null : document.toByteArray();
    }
}
