package dev.unipkg.format.layer;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.nio.charset.StandardCharsets;

/// The part of [Limits] that entries have used: those of one archive, or of all archives of a build when the caller
/// shares one instance.
public final class LayerBudget {

    private final Limits limits;
    private int entries;
    private long names;
    private long bytes;

    public LayerBudget(Limits limits) {
        this.limits = limits;
    }

    /// @throws RefusedException when there is none left for the entry
    void take(LayerEntry entry) throws RefusedException {
        if (++entries > limits.entries()) {
            throw new ArchiveRefusal.TooManyEntries(limits.entries()).asException();
        }
        names += utf8Length(entry.path()) + utf8Length(entry.linkTarget().orElse(""));
        if (names > limits.names()) {
            throw new ContentRefusal.TooLarge("the list of paths and link targets", limits.names()).asException();
        }
    }

    /// @throws RefusedException when there is none left for so many bytes more of an archive
    void take(int count) throws RefusedException {
        bytes += count;
        if (bytes > limits.bytes()) {
            throw new ArchiveRefusal.UnpacksTooLarge(limits.bytes()).asException();
        }
    }

    Limits limits() {
        return limits;
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
