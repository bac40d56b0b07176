package dev.unipkg.format.oci;

import dev.unipkg.format.Arch;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// An OCI index (image-spec, image-index.md): manifests for several platforms. A version of a package, and a kernel
/// release, is one.
///
/// What we write is byte for byte what the encoders of older OCI tools make of it: their fields in their order, and
/// nothing that they would drop. So a version keeps its digest wherever it is carried.
///
/// @param artifactType what kind of thing it is, from the annotation [Annotations#ARTIFACT_TYPE] or the field
/// @param annotations all others
public record Index(
        Optional<String> artifactType,
        List<Descriptor> manifests,
        Optional<Descriptor> subject,
        SortedMap<String, String> annotations) {

    public Index {
        manifests = List.copyOf(manifests);
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /// Reads any OCI index, a package's or not; fields it does not know are ignored.
    ///
    /// @throws RefusedException when the bytes are no index
    public static Index read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        Versioned.require(fields, MediaTypes.IMAGE_INDEX, MediaTypes.DOCKER_MANIFEST_LIST);
        if (fields.optional("manifests").isEmpty()) {
            throw new DocumentRefusal.MissingField("manifests").asException();
        }
        return of(fields);
    }

    /// The index in a document that is known to be one. It names nothing where `manifests` is absent or null, as some
    /// tools write an empty index.
    ///
    /// @throws RefusedException when a field is wrong, or it says of two artifact types that it is of them
    public static Index of(Fields fields) throws RefusedException {
        Optional<Fields> subject = fields.optionalFields("subject");
        SortedMap<String, String> annotations = new TreeMap<>(fields.textMap("annotations"));
        Optional<String> artifactType = artifactType(fields);
        annotations.remove(Annotations.ARTIFACT_TYPE);
        return new Index(
                artifactType,
                fields.list("manifests", Descriptor::of),
                subject.isEmpty() ? Optional.empty() : Optional.of(Descriptor.of(subject.get())),
                annotations);
    }

    /// The artifact type: from the field, or from the annotation.
    ///
    /// @throws RefusedException when it has both and they differ
    private static Optional<String> artifactType(Fields index) throws RefusedException {
        Optional<String> field = index.optionalText("artifactType");
        Optional<String> annotation =
                Optional.ofNullable(index.textMap("annotations").get(Annotations.ARTIFACT_TYPE));
        if (field.isPresent() && annotation.isPresent() && !field.equals(annotation)) {
            throw new DocumentRefusal.NotAPackage("its artifactType is not that of its annotation").asException();
        }
        return field.or(() -> annotation);
    }

    /// This index, when it is a package's version: the package artifact type, a version, and builds for different
    /// architectures of ours.
    ///
    /// @throws RefusedException when it is anything else
    public Index requirePackage() throws RefusedException {
        return require(MediaTypes.PACKAGE);
    }

    /// This index, when it is a kernel release: the kernel artifact type, a version, and builds for different
    /// architectures of ours.
    ///
    /// @throws RefusedException when it is anything else
    public Index requireKernel() throws RefusedException {
        return require(MediaTypes.KERNEL);
    }

    /// The version that this index says it is.
    ///
    /// @throws RefusedException when it says none, or one outside the grammar
    public Version version() throws RefusedException {
        String path = "annotations." + Annotations.VERSION;
        String text = annotations.get(Annotations.VERSION);
        if (text == null) {
            throw new DocumentRefusal.MissingField(path).asException();
        }
        if (!Version.isVersion(text)) {
            throw new DocumentRefusal.InvalidValue(path, text, "a version").asException();
        }
        return new Version(text);
    }

    /// Requires that this is what a name and a tag ask for. A title's namespace is free, since a package that is copied
    /// to another namespace or registry keeps its title.
    ///
    /// @param name of the repository
    /// @param tag if one was asked for; a tag that [reads as a version's][Tag#readsAsVersion] names that version
    ///     alone
    /// @throws RefusedException when the title names another package, or the tag another version
    public void requireNamed(PackageName name, Optional<String> tag) throws RefusedException {
        requireTitle(name, annotations);
        if (tag.isPresent()
                && Tag.readsAsVersion(tag.get())
                && !tag.get().equals(version().tag())) {
            throw new PublishRefusal.SaysOtherwise(
                            "version", tag.get(), version().tag())
                    .asException();
        }
    }

    /// Requires that a title, where there is one, names the package of a repository.
    ///
    /// @param annotations of an index or a build's manifest
    public static void requireTitle(PackageName name, SortedMap<String, String> annotations) throws RefusedException {
        String title = annotations.getOrDefault(Annotations.TITLE, name.name());
        String titled = title.substring(title.lastIndexOf('/') + 1);
        if (!titled.equals(name.name())) {
            throw new PublishRefusal.SaysOtherwise("name", name.name(), titled).asException();
        }
    }

    /// The builds by architecture.
    ///
    /// @throws RefusedException when one has no platform, or none of ours, or two have the same
    public Map<Arch, Descriptor> builds() throws RefusedException {
        Map<Arch, Descriptor> builds = new EnumMap<>(Arch.class);
        for (int i = 0; i < manifests.size(); i++) {
            Descriptor build = manifests.get(i);
            String path = "manifests[" + i + "]";
            if (!build.mediaType().equals(MediaTypes.IMAGE_MANIFEST)) {
                throw new DocumentRefusal.UnknownMediaType(
                                path + ".mediaType", build.mediaType(), MediaTypes.IMAGE_MANIFEST)
                        .asException();
            }
            if (builds.putIfAbsent(arch(build, path + ".platform"), build) != null) {
                throw new DocumentRefusal.NotAPackage("two builds are for the same architecture").asException();
            }
        }
        return Collections.unmodifiableMap(builds);
    }

    /// The index in OCI's JSON; the same index gives the same bytes.
    public byte[] toBytes() {
        SortedMap<String, String> all = new TreeMap<>(annotations);
        artifactType.ifPresent(type -> all.put(Annotations.ARTIFACT_TYPE, type));
        return Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.IMAGE_INDEX)
                .putAll("manifests", manifests, Descriptor::toJson)
                .putIfPresent("subject", subject.map(Descriptor::toJson))
                .putIfAny("annotations", all)
                .build()
                .toBytes();
    }

    private Index require(String expectedArtifactType) throws RefusedException {
        Versioned.requireArtifactType(artifactType, expectedArtifactType);
        Versioned.requireOurs("manifests", manifests);
        if (subject.isPresent()) {
            subject.get().requireOurs("subject");
        }
        version();
        if (builds().isEmpty()) {
            throw new DocumentRefusal.NotAPackage("it has no builds").asException();
        }
        return this;
    }

    private static Arch arch(Descriptor build, String path) throws RefusedException {
        if (build.platform().isEmpty()) {
            throw new DocumentRefusal.MissingField(path).asException();
        }
        Platform platform = build.platform().get();
        Optional<Arch> arch = platform.arch();
        if (arch.isEmpty() || !platform.isOf(arch.get())) {
            throw new DocumentRefusal.InvalidValue(
                            path, platform.os() + "/" + platform.architecture(), "linux on amd64, arm64 or riscv64")
                    .asException();
        }
        return arch.get();
    }
}
