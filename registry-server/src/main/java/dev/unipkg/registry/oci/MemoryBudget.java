package dev.unipkg.registry.oci;

import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import java.util.HashMap;
import java.util.Map;

/// The memory that slow clients can occupy: a fixed amount in all, and a quarter of it for one namespace, so
/// that one namespace cannot lock others out.
public final class MemoryBudget {

    private final String what;
    private final int allBytes;
    private final Map<String, Integer> takenBy = new HashMap<>();
    private int taken;

    /// @param what its use, for the refusal
    public MemoryBudget(String what, int allBytes) {
        this.what = what;
        this.allBytes = allBytes;
    }

    /// A part of the budget, given back when it is closed.
    public final class Share implements AutoCloseable {
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

    /// Takes a part of the budget for a namespace.
    ///
    /// @throws RejectedException when there is too little left
    public synchronized Share take(String namespace, int bytes) {
        int own = takenBy.getOrDefault(namespace, 0) + bytes;
        if (taken + bytes > allBytes || own > ofNamespace(allBytes)) {
            throw new Rejection.Busy(what).asException();
        }
        taken += bytes;
        takenBy.put(namespace, own);
        return new Share(namespace, bytes);
    }

    /// The part of a budget that one namespace may have.
    static int ofNamespace(int allBytes) {
        return allBytes / 4;
    }

    private synchronized void giveBack(Share share) {
        taken -= share.bytes;
        takenBy.computeIfPresent(share.namespace, (name, own) -> own == share.bytes ? null : own - share.bytes);
    }
}
