package dev.unipkg.cli.cache;

import dev.unipkg.cli.shelf.Refs;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A part of the shelf that can be removed.
///
/// @param name as it is typed to remove it
/// @param refs the names that stand for it
/// @param files some of which other items may need as well; the folder of an image or a snapshot
/// @param bytes on the disk
/// @param used when it was last asked for
/// @param busy whether an instance that runs needs it, or may need it as its record cannot be read
public record CacheItem(
        Kind kind, String name, List<Refs.Ref> refs, Set<Path> files, long bytes, Instant used, boolean busy) {

    public enum Kind {
        PACKAGE,
        KERNEL,
        IMAGE,
        /// A machine that had answered, from which others go on.
        SNAPSHOT,
        /// Content that no name stands for any more, beginnings of downloads, and images and snapshots that
        /// count no more.
        REST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public CacheItem {
        refs = List.copyOf(refs);
        files = Set.copyOf(files);
    }

    /// Whether it was built on this machine, and so may be nowhere else.
    public boolean isBuiltHere() {
        return refs.stream().anyMatch(ref -> ref.registry().equals(Refs.BUILT_HERE));
    }
}
