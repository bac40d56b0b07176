package dev.unipkg.registry.openapi;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.FileInfo;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.UnikernelSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/// The schemas of documents, as they travel. The build makes them of the records; those whose JSON is other than
/// their components, and those of no record, stand here.
final class ApiSchemas {

    static final String PROBLEM = "Problem";
    static final String OCI_ERRORS = "OciErrors";

    private static final String NAME_PART = "[a-z0-9]+([.-][a-z0-9]+)*";

    private static final Map<String, ApiList<?>> PAGES = Map.of(
            "PackageList", ApiList.PACKAGES,
            "VersionList", ApiList.VERSIONS,
            "FileList", ApiList.FILES,
            "KernelFamilyList", ApiList.FAMILIES,
            "KernelReleaseList", ApiList.RELEASES,
            "NamespaceList", ApiList.NAMESPACES,
            "KeyList", ApiList.KEYS);

    /// What documents leave out where it is empty, although it is no `Optional` of their record.
    private static final Map<String, Set<String>> LEFT_OUT =
            Map.of("Config", Set.of("cmd", "env", "workingDir", "exposedPorts", "volumes", "user"));

    private ApiSchemas() {}

    static Schema reference(String name) {
        return OASFactory.createSchema().ref("#/components/schemas/" + name);
    }

    static void complete(Components components) {
        Map<String, Schema> schemas = new TreeMap<>(components.getSchemas());
        schemas.forEach((name, schema) -> requireWhatIsThere(schema, LEFT_OUT.getOrDefault(name, Set.of())));
        schemas.putAll(pages());
        schemas.putAll(values());
        schemas.put("UnikernelSettings", unikernel());
        schemas.put("Readiness", readiness());
        schemas.putAll(errors());
        schemas.putAll(ociDocuments());
        schemas.putAll(requests());
        components.setSchemas(new LinkedHashMap<>(schemas));
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
        schema.setRequired(required);
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
                                list.member(),
                                listOf(reference(list.entry().getSimpleName())))
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

    private static Schema unikernel() {
        return object().description("What a build needs of its kernel and machine, as in its OCI config")
                .addProperty("kernel", object().addProperty("family", text()).addProperty("versions", text()))
                .addProperty("klibs", listOf(text()))
                .addProperty("memory", number().description("At least this many bytes"))
                .addProperty("cpus", number().maximum(new BigDecimal(UnikernelSettings.MAX_CPUS)))
                .addProperty("writable", number().description("Space to write to beside its files, in bytes"))
                .addProperty("options", object().additionalPropertiesSchema(text()))
                .addProperty("readiness", reference("Readiness"));
    }

    private static Map<String, Schema> errors() {
        Schema problem = object().description("Why not (RFC 9457)")
                .addProperty("type", text().format("uri"))
                .addProperty("title", text())
                .addProperty("status", number())
                .addProperty("detail", text())
                .addProperty("field", text().description("The part of the request that is to blame"))
                .addProperty("rule", text().description("What was expected of it"))
                .required(List.of("type", "title", "status", "detail"));
        Schema detail = object().addProperty("refusal", text().description("The code that a problem's type ends with"))
                .addProperty("field", text())
                .addProperty("rule", text())
                .addRequired("refusal");
        Schema error = object().addProperty("code", text())
                .addProperty("message", text())
                .addProperty("detail", detail)
                .required(List.of("code", "message", "detail"));
        Schema errors = object().description("Why not (distribution-spec, \"Error Codes\")")
                .addProperty("errors", listOf(error))
                .addRequired("errors");
        return Map.of(PROBLEM, problem, OCI_ERRORS, errors);
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
                        .required(List.of("schemaVersion", "mediaType", "manifests")),
                "OciTags",
                object().addProperty("name", reference("PackageName"))
                        .addProperty("tags", listOf(text()))
                        .required(List.of("name", "tags")),
                "OciToken",
                object().addProperty("token", text())
                        .addProperty("access_token", text())
                        .addProperty("expires_in", number().description("In seconds"))
                        .addProperty("issued_at", reference("Instant"))
                        .required(List.of("token", "access_token", "expires_in", "issued_at")));
    }

    private static Map<String, Schema> requests() {
        return Map.of(
                "NewKey",
                object().addProperty(
                                "namespace", text().description("Where it publishes; none makes an administrator's"))
                        .addProperty("description", text().maxLength(200))
                        .addProperty("expires", reference("Instant")),
                "NewNamespace",
                object().addProperty(
                                "name", text().pattern("^" + NAME_PART + "$").maxLength(64))
                        .addRequired("name"));
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
