package dev.unipkg.cli.cache;

import dev.unipkg.cli.compose.KeptImage;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import dev.unipkg.cli.shelf.DiskUse;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.UnikraftIndex;
import dev.unipkg.kernels.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The items on a shelf. A version, a kernel release, an image and a snapshot are one item each; all that
/// none of them needs is another one.
///
/// @param totalBytes on the disk; less than the sum over the items where some share files
/// @param unknown the instances whose records this pkg cannot read, so that any image may be in use
/// @param foreign the snapshots that are not this user's, a clause for each; they are no items
public record Inventory(
        List<CacheItem> items, long totalBytes, List<Instances.Snapshot> unknown, List<String> foreign) {
    /// The content that one name on the shelf stands for.
    private record Content(PackageName name, Digest index) {}

    public Inventory {
        items = List.copyOf(items);
        unknown = List.copyOf(unknown);
        foreign = List.copyOf(foreign);
    }

    /// Looks at all of the shelf.
    public static Inventory of(Shelf shelf, Instances instances) throws IOException {
        Map<Content, List<Refs.Ref>> contents = new LinkedHashMap<>();
        for (Refs.Ref ref : shelf.refs().all()) {
            contents.computeIfAbsent(new Content(ref.name(), ref.digest()), content -> new ArrayList<>())
                    .add(ref);
        }
        List<CacheItem> items = new ArrayList<>();
        Set<Path> needed = new HashSet<>();
        for (Map.Entry<Content, List<Refs.Ref>> each : contents.entrySet()) {
            CacheItem item = version(shelf, each.getKey(), each.getValue());
            needed.addAll(item.files());
            items.add(item);
        }
        List<Instances.Snapshot> seen = instances.all();
        List<Instances.Snapshot> unknown =
                seen.stream().filter(one -> one.state().known().isEmpty()).toList();
        List<CacheItem> folders = images(shelf, !unknown.isEmpty(), busy(seen));
        Snapshots snapshots = new Snapshots(shelf.snapshots());
        for (Snapshots.Kept kept : snapshots.all()) {
            folders.add(snapshot(kept));
        }
        items.addAll(folders);
        Set<Path> rest = new HashSet<>(shelf.contentFiles());
        rest.removeAll(needed);
        if (!rest.isEmpty()) {
            items.add(new CacheItem(
                    CacheItem.Kind.REST, "", List.of(), rest, DiskUse.ofFiles(rest), Instant.EPOCH, false));
        }
        long total = DiskUse.ofFiles(needed)
                + DiskUse.ofFiles(rest)
                + folders.stream().mapToLong(CacheItem::bytes).sum();
        return new Inventory(items, total, unknown, snapshots.foreign());
    }

    private static List<CacheItem> images(Shelf shelf, boolean anyInUse, Set<Path> busy) throws IOException {
        List<CacheItem> images = new ArrayList<>();
        for (KeptImage image : KeptImage.all(shelf.images())) {
            images.add(image(image, anyInUse || busy.contains(image.folder().toAbsolutePath())));
        }
        return images;
    }

    // A machine that goes on from it has its files open.
    private static CacheItem snapshot(Snapshots.Kept kept) throws IOException {
        return new CacheItem(
                kept.valid() ? CacheItem.Kind.SNAPSHOT : CacheItem.Kind.REST,
                kept.valid() ? kept.name() : "",
                List.of(),
                Set.of(kept.folder()),
                DiskUse.ofFolder(kept.folder()),
                kept.used(),
                false);
    }

    private static Set<Path> busy(List<Instances.Snapshot> instances) {
        Set<Path> images = new HashSet<>();
        for (Instances.Snapshot seen : instances) {
            seen.state()
                    .known()
                    .filter(Instance::isRunning)
                    .ifPresent(instance -> images.add(instance.setup().image()));
        }
        return images;
    }

    private static CacheItem image(KeptImage image, boolean inUse) throws IOException {
        boolean counts = image.valid() || inUse;
        return new CacheItem(
                counts ? CacheItem.Kind.IMAGE : CacheItem.Kind.REST,
                counts ? image.name() + ":" + image.version() + " (" + image.kernel() + ")" : "",
                List.of(),
                Set.of(image.folder()),
                DiskUse.ofFolder(image.folder()),
                image.used(),
                inUse);
    }

    private static CacheItem version(Shelf shelf, Content content, List<Refs.Ref> refs) throws IOException {
        Set<Path> files = new HashSet<>();
        Set<Path> manifests = new HashSet<>();
        Path index = shelf.blob(content.index());
        files.add(index);
        String version = refs.getFirst().versionOrTag();
        try {
            Optional<byte[]> bytes = shelf.read(content.index(), JsonLimits.DOCUMENT_BYTES);
            if (bytes.isPresent()) {
                Index read = Index.read(bytes.get());
                Optional<UnikraftIndex> unikraft = UnikraftIndex.find(read);
                if (unikraft.isEmpty()) {
                    version = read.version().text();
                }
                for (Descriptor build : builds(read, unikraft)) {
                    manifests.add(shelf.blob(build.digest()));
                    files.addAll(shelf.pulls(build.digest()));
                    addBuild(shelf, build.digest(), files);
                }
            }
        } catch (RefusedException e) {
            // An index that is none refers to nothing.
            files.removeIf(file -> !file.equals(index));
        }
        files.addAll(manifests);
        files.removeIf(file -> !Files.exists(file));
        boolean kernel = content.name().namespace().equals(Family.NAMESPACE);
        return new CacheItem(
                kernel ? CacheItem.Kind.KERNEL : CacheItem.Kind.PACKAGE,
                content.name() + ":" + version,
                refs,
                files,
                DiskUse.ofFiles(files),
                lastUsed(manifests, index),
                false);
    }

    private static Collection<Descriptor> builds(Index index, Optional<UnikraftIndex> unikraft)
            throws RefusedException {
        return unikraft.isEmpty()
                ? index.builds().values()
                : unikraft.get().builds().stream()
                        .map(UnikraftIndex.Build::manifest)
                        .toList();
    }

    private static void addBuild(Shelf shelf, Digest build, Set<Path> files) throws IOException {
        Optional<byte[]> bytes = shelf.read(build, JsonLimits.DOCUMENT_BYTES);
        if (bytes.isEmpty()) {
            return;
        }
        Manifest manifest = Manifest.read(bytes.get());
        files.add(shelf.blob(manifest.config().digest()));
        manifest.layers().forEach(layer -> files.add(shelf.blob(layer.digest())));
        Optional<byte[]> config = shelf.read(manifest.config().digest(), JsonLimits.DOCUMENT_BYTES);
        // The layers of a build for another system than Linux, as a Unikraft image's, are on the shelf as blobs.
        if (config.isPresent() && manifest.artifactType().equals(Optional.of(MediaTypes.PACKAGE))) {
            ImageConfig.read(config.get()).diffIds().forEach(diffId -> files.add(shelf.layer(diffId)));
        }
    }

    private static Instant lastUsed(Set<Path> manifests, Path index) throws IOException {
        Instant last = Instant.EPOCH;
        for (Path file : manifests) {
            last = later(last, file);
        }
        return last.equals(Instant.EPOCH) ? later(last, index) : last;
    }

    private static Instant later(Instant instant, Path file) throws IOException {
        try {
            Instant changed = Files.getLastModifiedTime(file).toInstant();
            return changed.isAfter(instant) ? changed : instant;
        } catch (NoSuchFileException e) {
            return instant;
        }
    }
}
