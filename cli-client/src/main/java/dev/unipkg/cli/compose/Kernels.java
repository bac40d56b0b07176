package dev.unipkg.cli.compose;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.transfer.Pull;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.cli.transfer.Resolver;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.format.VersionRange;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelChoice;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The choice of a kernel release for an image.
///
/// A named release is taken. With a family only, it is the shelf's channel `stable`, so that running a package
/// neither asks the network nor changes its kernel; `pkg kernel get` moves it. If that release does not fit the
/// package's range of versions or the architecture, it is the newest one that does. Without a family, it is the
/// first of [#PREFERRED] on the shelf, else the first that the registry has.
public final class Kernels {

    private static final List<Family> PREFERRED = List.of(Family.NANOS, Family.LINUX);

    private static final String SAYS_OTHERWISE = "says-otherwise";

    // Every try is a request; a registry without anything that suits is not asked for all that it has.
    private static final int TRIES = 20;

    private final Registry registry;
    private final Resolver resolver;
    private final Pull pull;
    private final Shelf shelf;

    public Kernels(Registry registry, Resolver resolver, Pull pull, Shelf shelf) {
        this.registry = registry;
        this.resolver = resolver;
        this.pull = pull;
        this.shelf = shelf;
    }

    /// Finds the release.
    ///
    /// @param range which versions will do where none is named
    public KernelOnShelf find(KernelChoice choice, Optional<VersionRange> range, Arch arch) throws IOException {
        PackageName repository = choice.family().repository();
        if (choice.release().isPresent()) {
            return onShelf(
                    choice,
                    resolver.findKernel(reference(repository, choice.release().get())),
                    arch);
        }
        Optional<Resolved> known = resolver.lastSeen(repository, Tag.STABLE);
        if (known.isPresent() && suits(known.get(), range, arch)) {
            return onShelf(choice, known.get(), arch);
        }
        Resolved newest = newest(repository, range, arch).orElseThrow(() -> none(choice.family(), range));
        return onShelf(choice, newest, arch);
    }

    /// Finds any release for the architecture.
    public KernelOnShelf findAny(Arch arch) throws IOException {
        for (Family family : PREFERRED) {
            Optional<Resolved> known = resolver.lastSeen(family.repository(), Tag.STABLE);
            if (known.isPresent() && suits(known.get(), Optional.empty(), arch)) {
                return onShelf(new KernelChoice(family, Optional.empty()), known.get(), arch);
            }
        }
        for (Family family : PREFERRED) {
            Optional<Resolved> newest = newest(family.repository(), Optional.empty(), arch);
            if (newest.isPresent()) {
                return onShelf(new KernelChoice(family, Optional.empty()), newest.get(), arch);
            }
        }
        throw none("any kernel for " + arch, "<family>");
    }

    private Failure none(Family family, Optional<VersionRange> range) {
        return none(family + range.map(wanted -> " " + wanted).orElse(""), family.toString());
    }

    private Failure none(String what, String family) {
        String none = "there is no release of " + what;
        return resolver.isOffline()
                ? Failure.network(none + " from " + registry.origin() + " on the shelf, and --offline was given")
                        .next("get one without --offline: pkg kernel get " + family)
                : Failure.notFound(none + " at " + registry.origin())
                        .next("see what there is with: pkg kernel list, or choose another family with --kernel");
    }

    /// Sees that there is such a release, or of a family alone any release.
    ///
    /// @throws Failure when neither the shelf nor the registry has it
    public void require(KernelChoice choice) throws IOException {
        PackageName repository = choice.family().repository();
        if (choice.release().isPresent()) {
            refresh(choice);
        } else if (resolver.lastSeen(repository, Tag.STABLE).isEmpty()
                && releases(repository).isEmpty()) {
            throw none(choice.family(), Optional.empty());
        }
    }

    /// Asks the registry for the release anew; it is remembered once it is fetched.
    public Resolved refresh(KernelChoice choice) throws IOException {
        String release = choice.release().orElse(Tag.STABLE);
        return resolver.findKernel(reference(choice.family().repository(), release));
    }

    /// Brings its files to the shelf.
    public KernelRelease fetch(KernelOnShelf kernel) throws IOException {
        Manifest manifest = pull.kernel(kernel.family().repository(), kernel.manifest());
        SortedMap<String, Content> contents = new TreeMap<>();
        for (Map.Entry<String, Descriptor> file :
                KernelArtifact.files(manifest, kernel.arch()).entrySet()) {
            contents.put(
                    file.getKey(), Content.ofFile(shelf.blob(file.getValue().digest())));
        }
        KernelRelease release = KernelArtifact.release(manifest, kernel.arch(), contents);
        shelf.refs().record(kernel.names());
        return release;
    }

    private Optional<Resolved> newest(PackageName repository, Optional<VersionRange> range, Arch arch)
            throws IOException {
        if (!resolver.isOffline()) {
            Optional<Resolved> stable = resolver.byTag(repository, Tag.STABLE);
            if (stable.isPresent() && suits(stable.get(), range, arch)) {
                return stable;
            }
        }
        Set<Version> untried = new HashSet<>(releases(repository));
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Version> version = KernelChoice.newest(
                    untried, release -> range.isEmpty() || range.get().contains(release));
            if (version.isEmpty()) {
                return Optional.empty();
            }
            Optional<Resolved> release = named(repository, version.get());
            if (release.isPresent() && suits(release.get(), range, arch)) {
                return release;
            }
            untried.remove(version.get());
        }
        return Optional.empty();
    }

    /// The release that a tag names; empty where the tag is a channel, which at other registries may be called 1.5.
    private Optional<Resolved> named(PackageName repository, Version version) throws IOException {
        try {
            return Optional.of(resolver.findKernel(reference(repository, version.text())));
        } catch (Failure e) {
            if (e.code().equals(SAYS_OTHERWISE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<Version> releases(PackageName repository) throws IOException {
        return resolver.isOffline() ? resolver.versionsHere(repository) : registry.versions(repository);
    }

    private static boolean suits(Resolved release, Optional<VersionRange> range, Arch arch) throws IOException {
        return (range.isEmpty() || range.get().contains(release.version()))
                && release.index().builds().containsKey(arch);
    }

    private static KernelOnShelf onShelf(KernelChoice choice, Resolved resolved, Arch arch) throws IOException {
        return KernelOnShelf.of(choice.family(), resolved, arch);
    }

    private static Reference reference(PackageName repository, String release) {
        return new Reference(Optional.empty(), repository, Optional.of(release), Optional.empty());
    }
}
