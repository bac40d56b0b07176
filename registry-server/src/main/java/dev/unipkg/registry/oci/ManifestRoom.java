package dev.unipkg.registry.oci;

import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import java.util.HashMap;
import java.util.Map;

/// The memory for manifests that are being pushed: so much for all of them, and a quarter of that for those of one
/// namespace, so that no publisher who sends slowly keeps the others out.
final class ManifestRoom {

    /// How large all manifests that are being read may be together; what is made of each takes several times its size
    /// of the heap's 512 MiB.
    static final int ALL_BYTES = 32 << 20;

    static final int NAMESPACE_BYTES = ALL_BYTES / 4;

    private final Map<String, Integer> takenBy = new HashMap<>();
    private int taken;

    /// Room that was taken, given back when it is closed.
    final class Share implements AutoCloseable {
        private final String namespace;
        private final int bytes;

        private Share(String namespace, int bytes) {
            this.namespace = namespace;
            this.bytes = bytes;
        }

        @Override
        public void close() {
            giveBack(this);
        }
    }

    /// @throws RejectedException when there is no room for so many bytes
    synchronized Share take(String namespace, int bytes) {
        int own = takenBy.getOrDefault(namespace, 0) + bytes;
        if (taken + bytes > ALL_BYTES || own > NAMESPACE_BYTES) {
            throw new Rejection.Busy("manifests").asException();
        }
        taken += bytes;
        takenBy.put(namespace, own);
        return new Share(namespace, bytes);
    }

    private synchronized void giveBack(Share share) {
        taken -= share.bytes;
        takenBy.computeIfPresent(share.namespace, (name, own) -> own == share.bytes ? null : own - share.bytes);
    }
}
