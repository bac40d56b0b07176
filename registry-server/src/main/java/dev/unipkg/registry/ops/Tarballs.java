package dev.unipkg.registry.ops;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Family;
import dev.unipkg.registry.catalog.BuildLayer;
import dev.unipkg.registry.catalog.PublishedBuild;
import dev.unipkg.registry.catalog.StoredManifest;
import dev.unipkg.registry.checks.CheckPool;
import dev.unipkg.registry.checks.LayerCheck;
import dev.unipkg.registry.content.StoredBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// The tarballs of builds and of kernel releases. Each is made when a client first asks for it, in the turn of its
/// namespace, and kept in the blob store. One whose bytes are lost is made again.
@ApplicationScoped
class Tarballs {

    static final String GZIP = "application/gzip";

    /// The files of a kernel release are in memory while its tarball is made; real ones have 4 MB.
    private static final int MAX_KERNEL_BYTES = 64 << 20;

    private final TarballStore kept;
    private final StoredBytes stored;
    private final LayerCheck layers;
    private final CheckPool pool;

    /// By the id of the build. All who ask for one that is being made wait for it.
    private final ConcurrentHashMap<Long, CompletableFuture<Tarball>> underWay = new ConcurrentHashMap<>();

    Tarballs(TarballStore kept, StoredBytes stored, LayerCheck layers, CheckPool pool) {
        this.kept = kept;
        this.stored = stored;
        this.layers = layers;
        this.pool = pool;
    }

    @FunctionalInterface
    private interface Making {
        Tarball make() throws IOException;
    }

    /// The tarball of a package's build.
    ///
    /// @throws RefusedException when a layer is absent or broken
    /// @throws dev.unipkg.registry.problems.RejectedException when too much is being checked and made
    Tarball of(OpsBuild build) throws IOException {
        return build.tarball().isPresent() && isThere(build.tarball().get())
                ? build.tarball().get()
                : once(build.id(), () -> make(build));
    }

    /// The tarball of a kernel release's files, which has no root folder.
    Tarball ofKernel(PublishedBuild release) throws IOException {
        Optional<Tarball> made = kept.find(release.id);
        return made.isPresent() && isThere(made.get()) ? made.get() : once(release.id, () -> makeKernel(release));
    }

    /// The MD5 of a small tarball in hexadecimal, for those who compare it as they do at the bucket of Nanos.
    String md5(Tarball tarball) throws IOException {
        try {
            byte[] bytes = stored.head(Descriptor.of(GZIP, tarball.digest(), tarball.size()), MAX_KERNEL_BYTES);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }

    private boolean isThere(Tarball tarball) throws IOException {
        return stored.download(tarball.digest(), tarball.size()).isPresent();
    }

    private Tarball once(long build, Making making) throws IOException {
        CompletableFuture<Tarball> mine = new CompletableFuture<>();
        CompletableFuture<Tarball> others = underWay.putIfAbsent(build, mine);
        if (others != null) {
            return result(others);
        }
        try {
            Tarball tarball = making.make();
            mine.complete(tarball);
            return tarball;
        } catch (IOException | RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            underWay.remove(build, mine);
            mine.completeExceptionally(new IllegalStateException("the tarball was not made"));
        }
    }

    private static Tarball result(CompletableFuture<Tarball> others) throws IOException {
        try {
            return others.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case null, default -> throw e;
            }
        }
    }

    private Tarball make(OpsBuild wanted) throws IOException {
        PublishedBuild build = PublishedBuild.withLayers(wanted.id());
        ImageConfig config = ImageConfig.read(build.config.getBytes(StandardCharsets.UTF_8));
        Map<String, String> about = about(build);
        List<Descriptor> blobs = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (BuildLayer layer : build.layers) {
            blobs.add(Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, layer.digest(), layer.size()));
            diffIds.add(Objects.requireNonNull(layer.diffId(), "a package's layer has the digest of its tar"));
        }
        AtomicReference<Tarball> made = new AtomicReference<>();
        layers.read(
                wanted.name().namespace(),
                blobs,
                diffIds,
                (files, slice) ->
                        made.set(kept.keep(wanted.id(), TarballTree.of(wanted, config, files, about), slice)));
        return Objects.requireNonNull(made.get(), "the layers were looked at");
    }

    private Tarball makeKernel(PublishedBuild release) throws IOException {
        long bytes = release.layers.stream().mapToLong(BuildLayer::size).sum();
        if (bytes > MAX_KERNEL_BYTES) {
            throw new ContentRefusal.TooLarge("the kernel release", MAX_KERNEL_BYTES).asException();
        }
        return pool.run(Family.NAMESPACE, slice -> {
            FileTree.Builder files = FileTree.builder();
            for (BuildLayer file : release.layers) {
                Descriptor blob = Descriptor.of(MediaTypes.KERNEL_FILE, file.digest(), file.size());
                files.file(file.label(), new Content.Bytes(stored.head(blob, MAX_KERNEL_BYTES)), false);
            }
            return kept.keep(release.id, files.build(), slice);
        });
    }

    /// The annotations of the version's index.
    private Map<String, String> about(PublishedBuild build) throws IOException {
        Optional<StoredManifest> index = StoredManifest.in(build.version.repository, build.version.digest);
        Optional<byte[]> bytes =
                index.isEmpty() ? Optional.empty() : stored.manifest(index.get().digest, index.get().size);
        return bytes.isEmpty() ? Map.of() : Index.read(bytes.get()).annotations();
    }
}
