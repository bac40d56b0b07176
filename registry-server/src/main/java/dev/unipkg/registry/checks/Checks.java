package dev.unipkg.registry.checks;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.UnikraftIndex;
import dev.unipkg.kernels.Family;
import dev.unipkg.registry.checks.PushedManifest.Parsed.OfIndex;
import dev.unipkg.registry.checks.PushedManifest.Parsed.OfManifest;
import dev.unipkg.registry.content.StoredBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Checks pushed manifests: packages and kernel releases as their users read them, of other images the config
/// only, other artifacts not at all.
@ApplicationScoped
public class Checks {

    /// Documents up to this size are read at once; larger ones take turns as all checks do.
    private static final int SMALL_BYTES = 64 << 10;

    private final CheckPool pool;
    private final StoredBytes stored;
    private final BuildCheck builds;
    private final KernelCheck kernels;
    private final IndexCheck indexes;

    Checks(CheckPool pool, StoredBytes stored, BuildCheck builds, KernelCheck kernels, IndexCheck indexes) {
        this.pool = pool;
        this.stored = stored;
        this.builds = builds;
        this.kernels = kernels;
        this.indexes = indexes;
    }

    /// Reads a document that is pushed to a repository, as [PushedManifest#read] does.
    public PushedManifest read(RepositoryName repository, byte[] body, Digest digest, Optional<String> contentType)
            throws IOException {
        return body.length <= SMALL_BYTES
                ? PushedManifest.read(body, digest, contentType)
                : pool.run(repository.namespace(), _ -> PushedManifest.read(body, digest, contentType));
    }

    /// @throws RefusedException when the manifest is not what it says it is
    public Checked check(RepositoryName repository, PushedManifest manifest) throws IOException {
        Checked checked;
        try {
            checked = look(repository, manifest);
        } catch (RefusedException e) {
            requireUnbroken(repository.namespace(), manifest, e);
            throw e;
        }
        if (checked.asRelease().isPresent()) {
            Annotations.requireShortTexts(checked.asRelease().get().annotations());
        }
        return checked;
    }

    /// Looks for damage of the store before the publisher is blamed: another publisher may have brought the blobs.
    ///
    /// @throws RefusedException `AbsentContent` where the refused manifest names broken blobs, to be sent again
    private void requireUnbroken(String namespace, PushedManifest manifest, RefusedException refused)
            throws IOException {
        boolean ofBytes = switch (refused.refusal()) {
            case ArchiveRefusal _, ProgramRefusal _, ContentRefusal.DigestMismatch _, ContentRefusal.CutOff _ -> true;
            default -> false;
        };
        List<Digest> broken = ofBytes && !manifest.isIndex()
                ? pool.run(namespace, slice -> stored.putBrokenAside(manifest.sizes(), slice::pause))
                : List.of();
        if (!broken.isEmpty()) {
            RefusedException absent = new ContentRefusal.AbsentContent(broken).asException();
            absent.addSuppressed(refused);
            throw absent;
        }
    }

    private Checked look(RepositoryName repository, PushedManifest manifest) throws IOException {
        if (manifest.isA(MediaTypes.PACKAGE)) {
            PackageName name = requireOurs(repository, manifest.digest());
            if (name.namespace().equals(Family.NAMESPACE)) {
                throw new NameRefusal.ReservedName(name.namespace()).asException();
            }
            return switch (manifest.parsed()) {
                case OfIndex(var index) -> indexes.checkPackage(name, index);
                case OfManifest(var build) -> builds.check(name.namespace(), manifest.digest(), build);
            };
        }
        if (manifest.isA(MediaTypes.KERNEL)) {
            PackageName name = requireOurs(repository, manifest.digest());
            return switch (manifest.parsed()) {
                case OfIndex(var index) -> indexes.checkKernel(name, index);
                case OfManifest(var build) -> kernels.check(name, build);
            };
        }
        if (manifest.parsed() instanceof OfManifest(var image)
                && MediaTypes.isImageConfig(image.config().mediaType())) {
            requireOneReading(image);
        }
        return manifest.parsed() instanceof OfIndex(var index) ? foreign(index) : new Checked.Plain();
    }

    /// An index of others. One that is marked as a Unikraft image and does not say what it is for is kept as content
    /// without a meaning here.
    private static Checked foreign(Index index) {
        try {
            return UnikraftIndex.find(index).<Checked>map(Checked.Unikraft::new).orElseGet(Checked.Plain::new);
        } catch (RefusedException e) {
            return new Checked.Plain();
        }
    }

    /// The name of what is ours, which has two parts. Its digest is a SHA-256, as every digest in it.
    private static PackageName requireOurs(RepositoryName repository, Digest digest) throws RefusedException {
        if (!digest.isSha256()) {
            throw new NameRefusal.InvalidName(
                            "digest",
                            digest.toString(),
                            "sha256: and 64 lowercase hex digits, as every package and kernel release has")
                    .asException();
        }
        return repository
                .packageName()
                .orElseThrow(() -> new NameRefusal.InvalidName(
                                "name of a package or kernel family",
                                repository.toString(),
                                "<namespace>/<name>, each of lowercase letters and digits, with single . or - between"
                                        + " them")
                        .asException());
    }

    /// A config that is no JSON has no meaning to any reader, so it is not checked.
    private void requireOneReading(Manifest image) throws IOException {
        byte[] config = stored.document("the config", image.config());
        try {
            ImageConfig.requireOneReading(config);
        } catch (RefusedException e) {
            boolean isNoJson = e.refusal() instanceof DocumentRefusal.Malformed
                    || e.refusal() instanceof DocumentRefusal.InvalidText
                    || e.refusal() instanceof DocumentRefusal.WrongType;
            if (!isNoJson) {
                throw e;
            }
        }
    }
}
