package dev.unipkg.cli.transfer;

import dev.unipkg.api.VersionInfo;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.CatalogClient;
import dev.unipkg.cli.registry.Document;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds out which version or Unikraft image a reference stands for.
///
/// A version that was built here, or that is on the shelf, is not asked for again: versions never change. A tag,
/// or no version at all, is asked for, except offline. Our registry answers for the latest itself; of any other
/// OCI registry the tags are listed and the highest version is taken.
///
/// It records no names on the shelf: the caller does so ([Resolved#names]) once the content is there.
public final class Resolver {
    private static final String LATEST = "latest";

    private final Registry registry;
    private final Shelf shelf;
    private final boolean offline;

    public Resolver(Registry registry, Shelf shelf, boolean offline) {
        this.registry = registry;
        this.shelf = shelf;
        this.offline = offline;
    }

    /// The version of a package.
    ///
    /// @throws Failure when the reference is of a Unikraft image
    public Resolved findPackage(Reference reference) throws IOException {
        return switch (findRunnable(reference)) {
            case Resolved version -> version;
            case UnikraftImage image -> throw image.notAPackage();
        };
    }

    /// The version of a package, or a Unikraft image.
    public Artifact findRunnable(Reference reference) throws IOException {
        Artifact found = find(reference);
        if (found instanceof Resolved version) {
            version.index().requirePackage();
        }
        return found;
    }

    /// The Unikraft image, asked at the registry; empty where the reference stands for something else or nothing.
    public Optional<UnikraftImage> findUnikraft(Reference reference) throws IOException {
        PackageName name = reference.name();
        if (offline || Resolved.isKernel(name)) {
            return Optional.empty();
        }
        String wanted = reference
                .digest()
                .map(Digest::toString)
                .orElseGet(() -> tagOf(reference.versionOrTag().orElse(LATEST)));
        Optional<String> tag = reference.digest().isPresent() ? reference.versionOrTag() : Optional.of(wanted);
        Optional<Document> document = registry.document(name, wanted);
        return document.isEmpty()
                ? Optional.empty()
                : new AnsweredIndex(registry.origin(), name, tag, document.get()).unikraft();
    }

    /// The release of a kernel; without a release or channel, the channel `stable`.
    public Resolved findKernel(Reference reference) throws IOException {
        return switch (find(reference)) {
            case Resolved release -> {
                release.index().requireKernel();
                yield release;
            }
            case UnikraftImage image -> throw image.notAPackage();
        };
    }

    private Artifact find(Reference reference) throws IOException {
        PackageName name = reference.name();
        if (reference.digest().isPresent()) {
            return switch (byDigest(name, reference.digest().get())) {
                case Resolved version -> {
                    requireVersion(version, reference);
                    yield version;
                }
                case UnikraftImage image -> image.called(reference.versionOrTag());
            };
        }
        Optional<String> wanted = reference.versionOrTag();
        if (wanted.isEmpty()) {
            return latest(reference);
        }
        Optional<Artifact> here = onShelf(reference, wanted.get());
        if (here.isPresent()) {
            return here.get();
        }
        return anyByTag(name, tagOf(wanted.get()))
                .orElseThrow(() -> Failure.notFound(
                                "%s has no %s:%s".formatted(registry.origin(), Resolved.called(name), wanted.get()))
                        .next("see what there is with: "
                                + (Resolved.isKernel(name) ? "pkg kernel list " : "pkg versions ")
                                + Resolved.called(name)));
    }

    /// A version and a digest mean one thing or nothing. A tag may have moved since the digest was recorded.
    private static void requireVersion(Resolved resolved, Reference reference) throws IOException {
        String version = resolved.version().text();
        if (reference
                .versionOrTag()
                .filter(Version::isVersion)
                .filter(wanted -> !wanted.equals(version))
                .isPresent()) {
            throw Failure.refused(
                            "another-version",
                            "%s@%s is version %s, not %s"
                                    .formatted(
                                            resolved.name(),
                                            resolved.digest(),
                                            version,
                                            reference.versionOrTag().get()))
                    .next("leave out the version or the digest");
        }
    }

    private Artifact byDigest(PackageName name, Digest digest) throws IOException {
        Optional<byte[]> kept = shelf.read(digest, JsonLimits.DOCUMENT_BYTES);
        if (kept.isPresent()) {
            return keep(name, Optional.empty(), new Document(kept.get(), MediaTypes.IMAGE_INDEX, digest));
        }
        Document document = registry.document(name, digest.toString())
                .orElseThrow(() -> Failure.notFound("%s has no %s@%s".formatted(registry.origin(), name, digest)));
        return keep(name, Optional.empty(), document);
    }

    private Optional<Artifact> onShelf(Reference reference, String wanted) throws IOException {
        if (reference.registry().isEmpty()) {
            Optional<Artifact> built = named(Refs.BUILT_HERE, reference.name(), wanted);
            if (built.isPresent()) {
                return built;
            }
        }
        Optional<Artifact> known = named(source(), reference.name(), wanted);
        // A tag may have moved since; what is a version and so cannot is known by its own word.
        return offline ? known : known.filter(artifact -> isVersion(artifact, wanted));
    }

    private Optional<Artifact> named(String source, PackageName name, String wanted) throws IOException {
        Optional<Digest> digest = shelf.refs().find(source, name, wanted);
        Optional<byte[]> bytes =
                digest.isEmpty() ? Optional.empty() : shelf.read(digest.get(), JsonLimits.DOCUMENT_BYTES);
        return bytes.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Artifact.onShelf(new Refs.Ref(source, name, wanted, digest.get()), Index.read(bytes.get())));
    }

    /// The version that the name had when the registry was last asked.
    public Optional<Resolved> lastSeen(PackageName name, String versionOrTag) throws IOException {
        return named(source(), name, versionOrTag).flatMap(Artifact::asVersion);
    }

    /// Whether only the shelf may be asked.
    public boolean isOffline() {
        return offline;
    }

    /// The version that the registry has under a tag; empty where it has no such tag.
    public Optional<Resolved> byTag(PackageName name, String tag) throws IOException {
        return anyByTag(name, tag).flatMap(Artifact::asVersion);
    }

    private Optional<Artifact> anyByTag(PackageName name, String tag) throws IOException {
        Optional<Document> document = registry.document(name, tag);
        return document.isEmpty() ? Optional.empty() : Optional.of(keep(name, Optional.of(tag), document.get()));
    }

    private Artifact latest(Reference reference) throws IOException {
        PackageName name = reference.name();
        if (offline) {
            return highestHere(reference);
        }
        Optional<VersionInfo> latest = new CatalogClient(registry).version(name, LATEST);
        if (latest.isPresent()) {
            return byDigest(name, latest.get().digest());
        }
        Optional<Artifact> tagged = anyByTag(name, LATEST);
        return tagged.isPresent() ? tagged.get() : highest(reference);
    }

    private Artifact highest(Reference reference) throws IOException {
        PackageName name = reference.name();
        Optional<Version> highest = best(registry.versions(name));
        if (highest.isEmpty()) {
            throw none(reference);
        }
        Version version = highest.get();
        return anyByTag(name, version.tag())
                .orElseThrow(() -> Failure.notFound(
                        "%s lists %s:%s but has it no more".formatted(registry.origin(), name, version)));
    }

    // A user who built a package without publishing it may expect that no version is needed.
    private Failure none(Reference reference) throws IOException {
        PackageName name = reference.name();
        String none = "%s has no %s".formatted(registry.origin(), name);
        Optional<Version> built =
                reference.registry().isEmpty() ? best(versions(Refs.BUILT_HERE, name)) : Optional.empty();
        if (built.isEmpty()) {
            return Failure.notFound(none).next("find packages with: pkg search <text>");
        }
        String full = name + ":" + built.get();
        return Failure.notFound("%s; %s was built here".formatted(none, full))
                .next("name it as %1$s, or publish it with: pkg push %1$s".formatted(full));
    }

    private Artifact highestHere(Reference reference) throws IOException {
        PackageName name = reference.name();
        Optional<Artifact> tagged = named(source(), name, LATEST);
        if (tagged.isPresent() && tagged.get() instanceof UnikraftImage image) {
            return image;
        }
        List<Version> versions = new ArrayList<>(versionsHere(name));
        if (reference.registry().isEmpty()) {
            versions.addAll(versions(Refs.BUILT_HERE, name));
        }
        Version version = best(versions)
                .orElseThrow(() -> Failure.network("no version of %s from %s is on the shelf, and --offline was given"
                                .formatted(name, registry.origin()))
                        .next("get it without --offline: pkg get " + reference));
        return onShelf(reference, version.text()).orElseThrow();
    }

    /// The versions of this registry that the shelf has seen.
    public List<Version> versionsHere(PackageName name) throws IOException {
        return versions(source(), name);
    }

    private List<Version> versions(String source, PackageName name) throws IOException {
        List<Version> versions = new ArrayList<>();
        for (Refs.Ref ref : shelf.refs().of(source, name)) {
            Optional<Resolved> version = named(source, name, ref.versionOrTag()).flatMap(Artifact::asVersion);
            if (version.isPresent() && isVersion(version.get(), ref.versionOrTag())) {
                versions.add(version.get().version());
            }
        }
        return versions;
    }

    /// The highest that is no prerelease, else the highest.
    static Optional<Version> best(List<Version> versions) {
        Optional<Version> best = Optional.empty();
        for (Version version : versions) {
            if (best.isEmpty() || isBetter(version, best.get())) {
                best = Optional.of(version);
            }
        }
        return best;
    }

    private static boolean isBetter(Version one, Version other) {
        return one.isPrerelease() == other.isPrerelease() ? one.compareTo(other) > 0 : other.isPrerelease();
    }

    private Artifact keep(PackageName name, Optional<String> tag, Document document) throws IOException {
        Artifact artifact = new AnsweredIndex(registry.origin(), name, tag, document).read();
        shelf.keep(document.bytes());
        return artifact;
    }

    private String source() {
        return registry.origin().toString();
    }

    private static boolean isVersion(Artifact artifact, String wanted) {
        try {
            return artifact instanceof Resolved version
                    && version.version().text().equals(wanted);
        } catch (RefusedException e) {
            return false;
        }
    }

    private static String tagOf(String wanted) {
        return Version.isVersion(wanted) ? new Version(wanted).tag() : wanted;
    }
}
