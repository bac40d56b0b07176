package dev.unipkg.registry.ops;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Version;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.source.BlobSink;
import dev.unipkg.format.source.BuildPlan;
import dev.unipkg.format.source.Builder;
import dev.unipkg.format.source.Built;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.checks.CheckPool;
import dev.unipkg.registry.content.BlobUploads;
import dev.unipkg.registry.content.ScratchFile;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.publish.NewNames;
import dev.unipkg.registry.publish.Publisher;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Publishes what ops pushed: unpacks the tarball, makes a build of it in our form, and pushes that as any client
/// would.
/// So the same checks judge it, and what they refuse makes nothing visible.
@ApplicationScoped
class OpsPush {

    private final CheckPool pool;
    private final NewNames newNames;
    private final BlobUploads uploads;
    private final Publisher publisher;
    private final HotAnswers hotAnswers;

    OpsPush(CheckPool pool, NewNames newNames, BlobUploads uploads, Publisher publisher, HotAnswers hotAnswers) {
        this.pool = pool;
        this.newNames = newNames;
        this.uploads = uploads;
        this.publisher = publisher;
        this.hotAnswers = hotAnswers;
    }

    /// A blob of the build, in a file.
    private record Made(Digest digest, long size, Path file) {}

    /// The build in our form.
    private record Reencoded(BuildPlan plan, Built build, List<Made> blobs) {}

    /// Publishes the version.
    ///
    /// @param folder for files that are needed meanwhile
    /// @return the digest of its index
    Digest publish(PackageName name, PushForm form, Path folder) throws IOException {
        Version version = form.version();
        RepositoryName repository = RepositoryName.of(name);
        newNames.requireDistinctSoFar(repository);
        Reencoded made = pool.run(name.namespace(), slice -> reencode(name, form, folder, slice));
        Descriptor manifest = made.build().descriptor();
        for (Made blob : made.blobs()) {
            if (!blob.digest().equals(manifest.digest())) {
                try (InputStream bytes = Files.newInputStream(blob.file())) {
                    uploads.put(repository, blob.digest(), OptionalLong.of(blob.size()), bytes);
                }
                Meters.pushed(Meters.Pushed.BLOB);
            }
        }
        publish(repository, made.build().manifest().toBytes(), MediaTypes.IMAGE_MANIFEST, List.of());
        Index index = Builder.index(made.plan(), List.of(made.build()));
        return publish(repository, index.toBytes(), MediaTypes.IMAGE_INDEX, List.of(version.tag()));
    }

    private Digest publish(RepositoryName repository, byte[] document, String mediaType, List<String> tags)
            throws IOException {
        Digest digest = Digest.of(document);
        publisher.publish(repository, document, Optional.of(mediaType), Optional.of(digest), tags);
        Meters.pushed(Meters.Pushed.PACKAGE);
        hotAnswers.changed(repository, tags);
        return digest;
    }

    private static Reencoded reencode(PackageName name, PushForm form, Path folder, CheckPool.Slice slice)
            throws IOException {
        Version version = form.version();
        UploadedPackage uploaded = new UploadedPackage(
                name,
                version,
                form.arch(),
                form.description(),
                UploadedFiles.read(
                        form.tarball(),
                        UploadedPackage.folder(name, version),
                        folder.resolve("unpacked"),
                        Limits.DEFAULT,
                        slice::pause));
        BuildPlan plan = uploaded.plan();
        List<Made> blobs = new ArrayList<>();
        Built build = Builder.build(plan, () -> new DraftFile(Files.createTempFile(folder, "blob-", ""), blobs));
        return new Reencoded(plan, build, blobs);
    }

    /// A blob that is written to a file of its own. The folder is deleted with what is not kept.
    private static final class DraftFile implements BlobSink.Draft {

        private final Path file;
        private final List<Made> kept;
        private final OutputStream out;

        DraftFile(Path file, List<Made> kept) throws IOException {
            this.file = file;
            this.kept = kept;
            this.out = new BoundedSpool("the layer", ScratchFile.open(file), Limits.DEFAULT.bytes());
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public void keep(Digest digest, long size) throws IOException {
            out.close();
            kept.add(new Made(digest, size, file));
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
