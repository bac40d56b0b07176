package dev.unipkg.cli.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Digest;
import dev.unipkg.format.file.NewFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The local store, laid out as
///
/// ```
/// blobs/sha256/<hex>    manifests, configs, kernel files, and layers as they travel (of builds made here)
/// layers/<hex>.tar      uncompressed canonical layers by diff id, verified; images are composed from their bytes
/// images/<hex>/         bootable images by the digest of all that went into them
/// snapshots/<hex>/      machines that have answered, by the digest of all that they depend on
/// refs/<registry>/…     which digest a version or tag had when last looked at
/// partial/<hex>         the beginning of a blob whose download was cut
/// partial/<hex>.….pull  the random number of a pull that is not complete, by the digest of the build and the registry
/// tmp/ locks/           files being written; who is downloading what
/// ```
///
/// A name in `blobs`, `layers`, `images` or `refs` appears by rename only, after its bytes were verified and
/// synced, so a file is never seen half-written.
public final class Shelf {
    // Long enough for a person to come back to a cut download, short enough not to fill a disk for nothing.
    private static final Duration PARTIAL_KEPT = Duration.ofDays(7);
    private static final Duration DRAFT_KEPT = Duration.ofHours(1);

    private final Path root;

    private Shelf(Path root) {
        this.root = root;
    }

    /// Opens the shelf in `root`, making it where there is none, and sweeps what killed commands left behind.
    public static Shelf open(Path root) throws IOException {
        Shelf shelf = new Shelf(root.toAbsolutePath().normalize());
        for (Path folder :
                new Path[] {shelf.blobs(), shelf.layers(), shelf.partials(), shelf.drafts(), shelf.locks()}) {
            Files.createDirectories(folder);
        }
        Sweep.unused(shelf.partials(), PARTIAL_KEPT);
        Sweep.unused(shelf.drafts(), DRAFT_KEPT);
        return shelf;
    }

    /// The shelf in `root` for a look at what is there; makes and sweeps nothing.
    public static Shelf at(Path root) {
        return new Shelf(root.toAbsolutePath().normalize());
    }

    /// The root folder.
    public Path root() {
        return root;
    }

    /// The path of the blob of this digest, whether or not it exists.
    public Path blob(Digest digest) {
        return blobs().resolve(digest.hex());
    }

    /// The path of the uncompressed tar of the layer with this diff id, whether or not it exists.
    public Path layer(Digest diffId) {
        return layers().resolve(diffId.hex() + ".tar");
    }

    public boolean hasBlob(Digest digest) {
        return Files.exists(blob(digest));
    }

    /// Whether the blob is here in its full length. One of another length was damaged by something outside and counts
    /// as absent; what is fetched or built anew takes its place.
    public boolean hasBlob(Digest digest, long size) throws IOException {
        return hasBlob(digest) && Files.size(blob(digest)) == size;
    }

    public boolean hasLayer(Digest diffId) {
        return Files.exists(layer(diffId));
    }

    /// Reads a small blob and checks it against its digest again; empty where it is absent, or damaged by
    /// something outside, in which case it is dropped so that it is fetched anew.
    ///
    /// @param limit the most bytes to read; a longer blob counts as absent
    public Optional<byte[]> read(Digest digest, int limit) throws IOException {
        Path file = blob(digest);
        if (!Files.exists(file) || Files.size(file) > limit) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        if (Digest.of(bytes).equals(digest)) {
            return Optional.of(bytes);
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    /// Keeps a small blob; the digest is computed from the bytes.
    public Digest keep(byte[] bytes) throws IOException {
        Digest digest = Digest.of(bytes);
        if (!hasBlob(digest)) {
            try (NewFile draft = draft()) {
                draft.out().write(bytes);
                draft.commit(blob(digest));
            }
        }
        return digest;
    }

    /// A new file that becomes part of the shelf when committed, and nothing otherwise.
    public NewFile draft() throws IOException {
        return NewFile.in(drafts());
    }

    /// Waits until no other thread or process works on `digest`, then holds it.
    public Claim claim(Digest digest) throws IOException {
        return Claim.of(locks(), digest);
    }

    /// Waits until no other pkg makes a snapshot of the image with this key, then holds it. A guest may boot for
    /// minutes
    /// meanwhile, for which no download is to wait.
    public Claim claimSnapshot(Digest image) throws IOException {
        return Claim.of(Files.createDirectories(locks().resolve("snapshots")), image);
    }

    /// Waits until no other pkg removes content, and keeps those out that would, until it is closed.
    public ShelfUse use() throws IOException {
        return ShelfUse.shared(useLock());
    }

    /// Waits until no other pkg uses the content, and keeps all of them out until it is closed.
    ///
    /// @param waiting called once when another pkg has to be waited for
    public ShelfUse useAlone(Runnable waiting) throws IOException {
        return ShelfUse.exclusive(useLock(), waiting);
    }

    private Path useLock() {
        return locks().resolve("use");
    }

    /// Notes that a blob was used now, which its time of change tells.
    public void touch(Digest digest) throws IOException {
        try {
            Files.setLastModifiedTime(blob(digest), FileTime.from(Instant.now()));
        } catch (NoSuchFileException | AccessDeniedException e) {
            // It is not here, or on a shelf that may only be read.
            return;
        }
    }

    /// The files of all blobs, layers and beginnings of downloads.
    public List<Path> contentFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path folder : new Path[] {blobs(), layers(), partials()}) {
            files.addAll(in(folder, "*"));
        }
        return files;
    }

    private static List<Path> in(Path folder, String names) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder, names)) {
            inside.forEach(files::add);
        }
        return files;
    }

    /// The beginning of a blob, kept from a download that was cut. Only the holder of the claim may touch it.
    public Path partial(Digest digest) {
        return partials().resolve(digest.hex());
    }

    /// The number of the pull of this build from this registry, while it is not complete.
    ///
    /// @param registry its origin
    public Path pull(String registry, Digest build) {
        String hex = Digest.of(registry.getBytes(UTF_8)).hex();
        return partials().resolve(build.hex() + "." + hex + ".pull");
    }

    /// The numbers of all pulls of this build that are not complete.
    public List<Path> pulls(Digest build) throws IOException {
        return in(partials(), build.hex() + "*.pull");
    }

    /// Which digests names had.
    public Refs refs() {
        return new Refs(root.resolve("refs"), this);
    }

    /// The folder of the images, each in a folder of its own.
    public Path images() {
        return root.resolve("images");
    }

    /// The folder of the snapshots of machines, each in a folder of its own.
    public Path snapshots() {
        return root.resolve("snapshots");
    }

    /// The folder of the machines that were started, each in a folder of its own; made when asked for.
    public Path instances() throws IOException {
        return Files.createDirectories(root.resolve("instances"));
    }

    private Path blobs() {
        return root.resolve("blobs").resolve("sha256");
    }

    private Path layers() {
        return root.resolve("layers");
    }

    private Path partials() {
        return root.resolve("partial");
    }

    private Path drafts() {
        return root.resolve("tmp");
    }

    private Path locks() {
        return root.resolve("locks");
    }
}
