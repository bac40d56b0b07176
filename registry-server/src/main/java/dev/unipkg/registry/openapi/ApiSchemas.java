package dev.unipkg.registry.openapi;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.FileInfo;
import dev.unipkg.api.NewKey;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.format.oci.UnikernelSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jspecify.annotations.Nullable;

/// The schemas of documents, as they travel. The build makes them of the records; those whose JSON is other than
/// their components, and those of no record, stand here.
final class ApiSchemas {

    private static final String NAME_PART = "[a-z0-9]+([.-][a-z0-9]+)*";

    private static final Map<String, ApiList<?>> PAGES = Map.of(
            "PackageList", ApiList.PACKAGES,
            "VersionList", ApiList.VERSIONS,
            "FileList", ApiList.FILES,
            "KernelFamilyList", ApiList.FAMILIES,
            "KernelReleaseList", ApiList.RELEASES,
            "UnikraftImageList", ApiList.UNIKRAFT_IMAGES,
            "NamespaceList", ApiList.NAMESPACES,
            "KeyList", ApiList.KEYS);

    /// The members that documents leave out if empty, although they are not `Optional` in the record.
    private static final Map<String, Set<String>> LEFT_OUT =
            Map.of("Config", Set.of("cmd", "env", "exposedPorts", "volumes"));

    private ApiSchemas() {}

    static Schema reference(String name) {
        return OASFactory.createSchema().ref("#/components/schemas/" + name);
    }

    static void complete(Components components) {
        Map<String, Schema> schemas = new TreeMap<>(components.getSchemas());
        schemas.forEach((name, schema) -> requireWhatIsThere(schema, LEFT_OUT.getOrDefault(name, Set.of())));
        schemas.putAll(pages());
        schemas.putAll(values());
        // A digest is one text, so its parts have no schema.
        schemas.remove("Algorithm");
        schemas.put("UnikernelSettings", unikernel());
        schemas.put("Readiness", readiness());
        schemas.put("ResumeDeclaration", resume());
        schemas.putAll(ociDocuments());
        schemas.putAll(opsDocuments());
        limit(schemas.get("NewKey"), "description").maxLength(NewKey.MAX_DESCRIPTION);
        limit(schemas.get("NewNamespace"), "name")
                .pattern("^" + NAME_PART + "$")
                .maxLength(PackageName.MAX_PART_LENGTH);
        components.setSchemas(new LinkedHashMap<>(schemas));
    }

    private static Schema limit(@Nullable Schema request, String property) {
        Schema known = Objects.requireNonNull(request, "a request's record has a schema");
        return Objects.requireNonNull(known.getProperties().get(property), property);
    }

    /// A document never says `null`: what is empty is left out, and what can never be empty is required.
    private static void requireWhatIsThere(Schema schema, Set<String> leftOut) {
        if (schema.getProperties() == null) {
            return;
        }
        Map<String, Schema> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        schema.getProperties().forEach((name, property) -> {
            Optional<Schema> present = withoutNull(property);
            if (present.isEmpty() && !leftOut.contains(name)) {
                required.add(name);
            }
            properties.put(name, present.orElse(property));
        });
        schema.setProperties(properties);
        schema.setRequired(required.isEmpty() ? null : required);
    }

    /// The schema of an optional value where it is there; empty where the value always is.
    private static Optional<Schema> withoutNull(Schema property) {
        if (property.getType() != null && property.getType().contains(SchemaType.NULL)) {
            property.removeType(SchemaType.NULL);
            return Optional.of(property);
        }
        return property.getAnyOf() == null
                ? Optional.empty()
                : property.getAnyOf().stream()
                        .filter(choice -> choice.getRef() != null)
                        .findFirst();
    }

    private static Map<String, Schema> pages() {
        Map<String, Schema> pages = new TreeMap<>();
        PAGES.forEach((name, list) -> pages.put(
                name,
                object().addProperty(
                                list.member(), listOf(reference(list.entry().getSimpleName())))
                        .addProperty("next", text().description("The cursor of the next page; absent on the last"))
                        .addRequired(list.member())));
        return pages;
    }

    private static Map<String, Schema> values() {
        return Map.of(
                "Arch", words(Stream.of(Arch.values())),
                "LayerKind", words(Stream.of(LayerKind.values())),
                "Type", words(Stream.of(FileInfo.Type.values())),
                "Digest", text().pattern("^sha256:[0-9a-f]{64}$"),
                "Version", text().pattern("^[A-Za-z0-9][A-Za-z0-9.+~-]*$").maxLength(Version.MAX_LENGTH),
                "PackageName", text().pattern("^" + NAME_PART + "/" + NAME_PART + "$"));
    }

    private static Schema readiness() {
        return object().description(
                        "How to see that the program is ready: by a GET of a path at a port, by a connection to"
                                + " a port, by a text on the console, or not at all")
                .addProperty("port", number().maximum(new BigDecimal(65_535)))
                .addProperty("path", text())
                .addProperty("console", text().description("A part of one line"))
                .addProperty("none", OASFactory.createSchema().addType(SchemaType.BOOLEAN));
    }

    private static Schema resume() {
        return object().description(
                        "Whether guests may continue from a snapshot of the program that was taken after its first answer")
                .addProperty("safe", OASFactory.createSchema().addType(SchemaType.BOOLEAN))
                .addProperty(
                        "randomness",
                        text().addEnumeration(ResumeDeclaration.NO_RANDOMNESS)
                                .description("The program needs no randomness of its own"))
                .addProperty(
                        "clock",
                        text().addEnumeration(ResumeDeclaration.ANY_CLOCK)
                                .description("Any time is right for the program"))
                .addRequired("safe");
    }

    private static Schema unikernel() {
        return object().description("What a build needs of its kernel and machine, as in its OCI config")
                .addProperty("kernel", object().addProperty("family", text()).addProperty("versions", text()))
                .addProperty("klibs", listOf(text()))
                .addProperty("memory", number().description("At least this many bytes"))
                .addProperty("cpus", number().maximum(new BigDecimal(UnikernelSettings.MAX_CPUS)))
                .addProperty("writable", number().description("Space to write to beside its files, in bytes"))
                .addProperty("options", object().additionalPropertiesSchema(text()))
                .addProperty("readiness", reference("Readiness"))
                .addProperty("resume", reference("ResumeDeclaration"));
    }

    private static Map<String, Schema> ociDocuments() {
        return Map.of(
                "OciManifest",
                object().description("A manifest or index (image-spec), as it was pushed")
                        .additionalPropertiesBoolean(true)
                        .addProperty("schemaVersion", number())
                        .addProperty("mediaType", text())
                        .addRequired("schemaVersion"),
                "OciReferrers",
                object().addProperty("schemaVersion", number())
                        .addProperty("mediaType", text())
                        .addProperty(
                                "manifests",
                                listOf(object().description("A descriptor (image-spec)")
                                        .additionalPropertiesBoolean(true)))
                        .required(List.of("schemaVersion", "mediaType", "manifests")));
    }

    private static Map<String, Schema> opsDocuments() {
        Schema build = object();
        for (String member : List.of("name", "namespace", "version", "language", "description", "sha256", "arch")) {
            build.addProperty(member, text()).addRequired(member);
        }
        build.addProperty("created_at", text().format("date-time"));
        build.addProperty("download_count", number());
        return Map.of(
                "OpsPackage",
                build,
                "OpsPackageList",
                object().addProperty("Version", number())
                        .addProperty("Packages", listOf(reference("OpsPackage")))
                        .required(List.of("Version", "Packages")),
                "OpsReference",
                object().addProperty("namespace", text())
                        .addProperty("pkg_name", text())
                        .addProperty("version", text())
                        .addProperty("arch", text())
                        .addRequired("pkg_name"),
                "OpsPushed",
                object().addProperty("name", text())
                        .addProperty("version", text())
                        .addProperty("digest", reference("Digest"))
                        .required(List.of("name", "version", "digest")),
                "OpsUser",
                object().addProperty("Username", text()).addRequired("Username"));
    }

    private static Schema words(Stream<? extends Enum<?>> constants) {
        return text().enumeration(
                        constants.map(constant -> (Object) constant.toString()).toList());
    }

    private static Schema text() {
        return OASFactory.createSchema().addType(SchemaType.STRING);
    }

    private static Schema number() {
        return OASFactory.createSchema()
                .addType(SchemaType.INTEGER)
                .format("int64")
                .minimum(BigDecimal.ZERO);
    }

    private static Schema object() {
        return OASFactory.createSchema().addType(SchemaType.OBJECT);
    }

    private static Schema listOf(Schema element) {
        return OASFactory.createSchema().addType(SchemaType.ARRAY).items(element);
    }
}
