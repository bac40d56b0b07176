package dev.unipkg.format.oci;

import dev.unipkg.format.Arch;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An index as kraftkit publishes it: a Unikraft image. Each of its manifests holds a kernel that is linked with one
/// program, for one virtual machine monitor and one architecture. Such an image has no version; a tag names it.
///
/// kraftkit writes the monitor where OCI has the operating system (`platform.os`), the architecture in its own words
/// (`x86_64`, `arm64`), and the annotation [#KRAFTKIT_VERSION] on the index and on each manifest. It asks for that
/// annotation itself to tell its indexes from others.
///
/// @param builds in the order of the index, at least one
public record UnikraftIndex(List<Build> builds) {

    /// On an index and on its manifests: the version of kraftkit that wrote them.
    public static final String KRAFTKIT_VERSION = "sh.kraftkit.version";

    /// On a manifest: the version of Unikraft's core that the kernel was built from.
    public static final String KERNEL_VERSION = "org.unikraft.kernel.version";

    /// The word for QEMU as a monitor.
    public static final String QEMU = "qemu";

    /// The most characters of a word that an image says about a build.
    public static final int MAX_WORD = 128;

    /// The most builds of an image.
    public static final int MAX_BUILDS = 64;

    public UnikraftIndex {
        builds = List.copyOf(builds);
    }

    /// One kernel with its program.
    ///
    /// @param manifest of its layers and config
    /// @param monitor the virtual machine monitor that it is linked for, as in `qemu` or `fc`
    /// @param architecture in the publisher's words
    /// @param kernelVersion where the publisher says it
    public record Build(Descriptor manifest, String monitor, String architecture, Optional<String> kernelVersion) {

        /// The architecture in our words, where it is one of ours.
        public Optional<Arch> arch() {
            return Arch.find(architecture);
        }

        /// Whether QEMU boots it on this architecture.
        public boolean isFor(Arch arch) {
            return monitor.equals(QEMU) && arch().equals(Optional.of(arch));
        }

        /// The monitor and the architecture, as in `qemu/x86_64`.
        public String platform() {
            return monitor + "/" + arch().map(Arch::toString).orElse(architecture);
        }
    }

    /// Reads a Unikraft image out of an index; empty where the index is none.
    ///
    /// @throws RefusedException when it says that it is one and does not say what it is for, or names a manifest by
    ///     another digest than its SHA-256
    public static Optional<UnikraftIndex> find(Index index) throws RefusedException {
        boolean ours = index.artifactType().isPresent();
        if (ours || !isMarked(index)) {
            return Optional.empty();
        }
        if (index.manifests().isEmpty()) {
            throw new DocumentRefusal.NotAPackage("it is a Unikraft image without a kernel").asException();
        }
        if (index.manifests().size() > MAX_BUILDS) {
            throw new DocumentRefusal.InvalidValue(
                            "manifests", index.manifests().size() + " entries", "at most " + MAX_BUILDS)
                    .asException();
        }
        List<Build> builds = new ArrayList<>();
        for (int i = 0; i < index.manifests().size(); i++) {
            builds.add(build("manifests[" + i + "]", index.manifests().get(i)));
        }
        return Optional.of(new UnikraftIndex(builds));
    }

    /// Whether an index says of itself that kraftkit wrote it.
    public static boolean isMarked(Index index) {
        return index.annotations().containsKey(KRAFTKIT_VERSION)
                || index.manifests().stream()
                        .anyMatch(manifest ->
                                manifest.annotation(KRAFTKIT_VERSION).isPresent());
    }

    private static Build build(String path, Descriptor manifest) throws RefusedException {
        if (!MediaTypes.isManifest(manifest.mediaType())) {
            throw new DocumentRefusal.UnknownMediaType(
                            path + ".mediaType", manifest.mediaType(), MediaTypes.IMAGE_MANIFEST)
                    .asException();
        }
        manifest.requireSha256(path);
        if (manifest.platform().isEmpty()) {
            throw new DocumentRefusal.MissingField(path + ".platform").asException();
        }
        Platform platform = manifest.platform().get();
        Optional<String> version = manifest.annotation(KERNEL_VERSION);
        requireWord(path + ".platform.os", platform.os());
        requireWord(path + ".platform.architecture", platform.architecture());
        if (version.isPresent()) {
            requireWord(path + ".annotations." + KERNEL_VERSION, version.get());
        }
        return new Build(manifest, platform.os(), platform.architecture(), version);
    }

    private static void requireWord(String path, String word) throws RefusedException {
        if (word.isEmpty() || word.length() > MAX_WORD) {
            throw new DocumentRefusal.InvalidValue(path, word, "a word of at most " + MAX_WORD + " characters")
                    .asException();
        }
    }
}
