package dev.unipkg.cli.cache;

import dev.unipkg.cli.compose.KeptImage;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import dev.unipkg.cli.shelf.DiskUse;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/// Removes items from a shelf that no other pkg uses meanwhile. Content that a running instance may need
/// always stays.
public final class ShelfCleanup {
    private final Shelf shelf;
    private final Inventory before;
    private final Set<CacheItem> chosen = new LinkedHashSet<>();
    // How many items need a file.
    private final Map<Path, Integer> needs = new HashMap<>();

    /// @param shelf to which this pkg has the right alone
    public ShelfCleanup(Shelf shelf, Instances instances) throws IOException {
        this.shelf = shelf;
        this.before = Inventory.of(shelf, instances);
        before.items().forEach(item -> item.files().forEach(file -> needs.merge(file, 1, Integer::sum)));
    }

    /// The outcome of a removal.
    ///
    /// @param kept of what was chosen, because an instance that runs needs it or may need it
    /// @param unknown the instances that may need any image, as their records cannot be read
    /// @param foreign the snapshots that are not this user's to remove, a clause for each
    public record Outcome(
            List<CacheItem> removed,
            List<CacheItem> kept,
            List<Instances.Snapshot> unknown,
            List<String> foreign,
            long freedBytes) {}

    /// Chooses what a reference names, with the images and snapshots made of it: one version, or all of
    /// them.
    ///
    /// @return whether there is any
    public boolean choose(Reference reference) {
        String name = reference.name().toString();
        boolean found = false;
        Set<String> versions = new HashSet<>();
        for (CacheItem item : before.items()) {
            if (!item.refs().isEmpty() && item.refs().stream().anyMatch(ref -> isNamed(ref, item, reference))) {
                chosen.add(item);
                versions.add(item.name());
                found = true;
            }
        }
        // The package itself may be gone already.
        if (reference.digest().isEmpty()) {
            reference.versionOrTag().ifPresent(version -> versions.add(name + ":" + version));
        }
        Predicate<CacheItem> ofIt = item -> (item.kind() == CacheItem.Kind.IMAGE
                        || item.kind() == CacheItem.Kind.SNAPSHOT)
                && (versions.contains(item.name().split(" ", 2)[0])
                        || reference.versionOrTag().isEmpty() && item.name().startsWith(name + ":"));
        for (CacheItem item : before.items()) {
            if (ofIt.test(item)) {
                chosen.add(item);
                found = true;
            }
        }
        return found;
    }

    private static boolean isNamed(Refs.Ref ref, CacheItem item, Reference reference) {
        return ref.name().equals(reference.name())
                && (reference.versionOrTag().isEmpty()
                        || reference.versionOrTag().get().equals(ref.versionOrTag())
                        || item.name()
                                .equals(reference.name() + ":"
                                        + reference.versionOrTag().get()))
                && (reference.digest().isEmpty() || reference.digest().get().equals(ref.digest()));
    }

    /// Chooses all that no name stands for.
    public void chooseRest() {
        before.items().stream()
                .filter(item -> item.kind() == CacheItem.Kind.REST)
                .forEach(chosen::add);
    }

    /// Chooses all that was last used before `time`, but nothing that was built here.
    public void chooseUnusedSince(Instant time) {
        before.items().stream()
                .filter(item -> !item.isBuiltHere() && item.used().isBefore(time))
                .forEach(chosen::add);
    }

    /// Removes what was chosen.
    public Outcome remove() throws IOException {
        return remove(OptionalLong.empty());
    }

    /// Removes what was chosen, and then what was used least recently, until no more than so many bytes are
    /// left. Packages that were built here stay.
    public Outcome remove(OptionalLong mostBytes) throws IOException {
        List<CacheItem> removed = new ArrayList<>();
        List<CacheItem> kept = new ArrayList<>();
        long freed = 0;
        for (CacheItem item : chosen) {
            if (item.busy()) {
                kept.add(item);
            } else {
                freed += remove(item);
                removed.add(item);
            }
        }
        List<CacheItem> oldest = new ArrayList<>(before.items());
        oldest.removeIf(item -> item.busy() || item.isBuiltHere() || removed.contains(item));
        oldest.sort(Comparator.comparing(CacheItem::used));
        for (CacheItem item : oldest) {
            if (mostBytes.isEmpty() || before.totalBytes() - freed <= mostBytes.getAsLong()) {
                break;
            }
            freed += remove(item);
            removed.add(item);
        }
        return new Outcome(removed, kept, before.unknown(), before.foreign(), freed);
    }

    // Names go first: a command that is killed in between leaves content that no name stands for, and never a name
    // without its content.
    private long remove(CacheItem item) throws IOException {
        for (Refs.Ref ref : item.refs()) {
            shelf.refs().remove(ref);
        }
        long freed = 0;
        for (Path file : item.files()) {
            if (Files.isDirectory(file)) {
                deleteFolder(file);
                freed += item.bytes();
            } else if (needs.merge(file, -1, Integer::sum) == 0) {
                freed += DiskUse.ofFiles(List.of(file));
                Files.deleteIfExists(file);
            }
        }
        return freed;
    }

    private void deleteFolder(Path folder) throws IOException {
        if (folder.startsWith(shelf.snapshots())) {
            Snapshots.drop(folder);
        } else {
            KeptImage.delete(folder);
        }
    }
}
