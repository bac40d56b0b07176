package dev.unipkg.format.oci;

import static dev.unipkg.format.Golden.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OciRecordsTest {

    private static final Digest DIGEST = new Digest("ab".repeat(32));
    private static final Descriptor CONFIG = Descriptor.of(MediaTypes.IMAGE_CONFIG, DIGEST, 120);

    private static Descriptor layer(LayerKind kind) {
        return Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, DIGEST, 4096)
                .withAnnotation(Annotations.LAYER, kind.toString());
    }

    private static Manifest manifest(Descriptor... layers) {
        return new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                CONFIG,
                List.of(layers),
                Optional.empty(),
                new TreeMap<>(Map.of(Annotations.TITLE, "acme/web", Annotations.VERSION, "1.0")));
    }

    private static Index index(Descriptor... manifests) {
        return new Index(
                Optional.of(MediaTypes.PACKAGE),
                List.of(manifests),
                Optional.empty(),
                new TreeMap<>(Map.of(Annotations.VERSION, "1.0")));
    }

    private static Descriptor build(Arch arch) {
        return Descriptor.of(MediaTypes.IMAGE_MANIFEST, DIGEST, 700).withPlatform(Platform.of(arch));
    }

    private static ImageConfig config() {
        return new ImageConfig(
                Arch.ARM64,
                new Execution(
                        List.of("/usr/sbin/web"),
                        List.of("-c", "/etc/web.conf"),
                        new TreeMap<>(Map.of("TZ", "UTC", "A", "b=c")),
                        "/srv",
                        new TreeSet<>(List.of("80/tcp")),
                        new TreeSet<>(List.of("/data"))),
                List.of(DIGEST),
                new UnikernelSettings(
                        Optional.of("nanos"),
                        Optional.of(">=0.1.54"),
                        List.of("tls"),
                        256 << 20,
                        2,
                        1 << 20,
                        new TreeMap<>(Map.of("transparent_hugepage", "never")),
                        Optional.of(new Readiness.HttpGet(80, "/")),
                        Optional.of(new ResumeDeclaration.Safe(false, false))));
    }

    @Test
    void aManifestIsWrittenAsSpecified() throws RefusedException {
        Manifest manifest = manifest(layer(LayerKind.RUNTIME), layer(LayerKind.CONFIG));
        assertGolden("oci/manifest.json", pretty(manifest.toBytes()));
        assertThat(Manifest.read(manifest.toBytes()).requirePackage()).isEqualTo(manifest);
    }

    @Test
    void anIndexIsWrittenAsSpecified() throws RefusedException {
        Index index = index(build(Arch.X86_64), build(Arch.ARM64));
        assertGolden("oci/index.json", pretty(index.toBytes()));
        assertThat(Index.read(index.toBytes()).requirePackage()).isEqualTo(index);
    }

    @Test
    void aConfigIsWrittenAsSpecified() throws RefusedException {
        assertGolden("oci/config.json", pretty(config().toBytes()));
        assertThat(ImageConfig.read(config().toBytes())).isEqualTo(config());
    }

    @Test
    void everyKindOfReadinessIsReadBack() throws RefusedException {
        for (Readiness readiness : List.of(
                new Readiness.HttpGet(80, "/"),
                new Readiness.TcpConnect(6379),
                new Readiness.ConsoleText("is up"),
                new Readiness.NoProbe())) {
            assertThat(Readiness.of(Fields.of(readiness.toJson()))).isEqualTo(readiness);
        }
    }

    @Test
    void everyDeclarationAboutResumingIsReadBack() throws RefusedException {
        for (boolean randomness : List.of(true, false)) {
            for (boolean clock : List.of(true, false)) {
                ResumeDeclaration safe = new ResumeDeclaration.Safe(randomness, clock);
                assertThat(ResumeDeclaration.of(Fields.of(safe.toJson()))).isEqualTo(safe);
            }
        }
        ResumeDeclaration never = new ResumeDeclaration.Never();
        assertThat(ResumeDeclaration.of(Fields.of(never.toJson()))).isEqualTo(never);
        assertThat(never.toJson()).isEqualTo(Json.object().put("safe", false).build());
        assertThat(new ResumeDeclaration.Safe(true, true).toJson())
                .isEqualTo(Json.object().put("safe", true).build());
    }

    @Test
    void aConfigWithoutOurFieldIsRead() throws RefusedException {
        ImageConfig config = ImageConfig.read("""
                {"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z","history":[{}],
                 "config":{"Cmd":["/app"],"Entrypoint":null,"Labels":{"a":"b"}},
                 "rootfs":{"type":"layers","diff_ids":[]}}""".getBytes(StandardCharsets.UTF_8));
        assertThat(config.execution().program()).isEqualTo("/app");
        assertThat(config.unikernel()).isEqualTo(UnikernelSettings.NONE);
    }

    @Test
    void theUserIsThatOfOci() throws RefusedException {
        byte[] json = """
                {"architecture":"amd64","os":"linux","config":{"Cmd":["/app"],"User":"web:33"},
                 "rootfs":{"type":"layers","diff_ids":[]}}""".getBytes(StandardCharsets.UTF_8);
        ImageConfig config = ImageConfig.read(json);
        assertThat(config.execution().user()).isEqualTo("web:33");
        assertThat(text(config.toBytes())).contains("\"User\":\"web:33\"");
        assertThat(ImageConfig.read(config.toBytes())).isEqualTo(config);
        assertThat(text(config().toBytes())).doesNotContain("User");
    }

    @Test
    void kernelsThatCannotBeMeantAreRefused() throws RefusedException {
        String good = text(config().toBytes());
        assertRefused(() -> config(good, "=0.1.54", "="), "invalid-value", "\"unikernel.kernel.versions\" is \">=\"");
        assertRefused(() -> config(good, "\"nanos\"", "\"a:b\""), "invalid-value", "\"unikernel.kernel.family\" is");
    }

    @Test
    void whatNoMachineCanBeGivenIsRefusedOfAPackage() throws RefusedException {
        assertThat(config().requirePackage()).isEqualTo(config());
        String good = text(config().toBytes());
        assertRefused(() -> config(good, "[\"tls\"]", "[\"../x\"]"), "invalid-value", "\"unikernel.klibs[0]\" is");
        for (String port : List.of("99999/tcp", "0/tcp", "x", "80/sctp")) {
            assertRefused(() -> packageConfig(good, "80/tcp", port), "invalid-value", "\"config.ExposedPorts\" is");
        }
        for (String path : List.of("data", "/../data", "/data/./x")) {
            assertRefused(() -> packageConfig(good, "/data", path), "invalid-value", "\"config.Volumes\" is");
            assertRefused(() -> packageConfig(good, "/srv", path), "invalid-value", "\"config.WorkingDir\" is");
            assertRefused(
                    () -> packageConfig(good, "/usr/sbin/web", path), "invalid-value", "\"config.Entrypoint[0]\" is");
            assertRefused(
                    () -> packageConfig(
                            good, "\"Entrypoint\":[\"/usr/sbin/web\"],\"Cmd\":[\"-c\"", "\"Cmd\":[\"" + path + "\""),
                    "invalid-value",
                    "\"config.Cmd[0]\" is");
        }
    }

    @Test
    void whatDockerCallsAManifestIsRead() throws RefusedException {
        String json = text(manifest(layer(LayerKind.RUNTIME)).toBytes())
                .replaceFirst(MediaTypes.IMAGE_MANIFEST.replace("+", "\\+"), MediaTypes.DOCKER_MANIFEST)
                .replaceFirst("\\{", "{\"unknown\":{\"x\":1},");
        assertThat(Manifest.read(bytes(json))).isEqualTo(manifest(layer(LayerKind.RUNTIME)));
    }

    @Test
    void manifestsThatAreNoneAreRefused() {
        String good = text(manifest(layer(LayerKind.RUNTIME)).toBytes());
        assertRefused(
                () -> manifest(good, "\"size\":120", "\"size\":-1"), "invalid-value", "\"config.size\" is \"-1\"");
        assertRefused(() -> manifest(good, "\"size\":120", "\"size\":\"120\""), "wrong-type", "\"config.size\"");
        assertRefused(() -> manifest(good, "\"size\":120", "\"size\":1.5"), "invalid-value", "\"config.size\"");
        assertRefused(
                () -> manifest(good, "\"size\":4096", "\"size\":1,\"size\":2"), "duplicate-key", "layers[0].size");
        assertRefused(() -> manifest(good, "sha256:", "sha512:"), "invalid-value", "\"config.digest\"");
        assertRefused(() -> manifest(good, "\"schemaVersion\":2", "\"schemaVersion\":1"), "invalid-value", "schema");
        assertRefused(() -> manifest(good, "\"schemaVersion\":2,", ""), "missing-field", "schemaVersion");
        assertRefused(() -> manifest(good, "image.manifest", "image.index"), "unknown-media-type", "mediaType");
        assertRefused(() -> manifest(good, "\"layers\":[", "\"layers\":[7,"), "wrong-type", "\"layers[0]\"");
        assertRefused(() -> manifest(good, "\"layers\":", "\"manifests\":[],\"layers\":"), "not-a-package", "at once");
        assertRefused(() -> manifest(good, "}}$", "}}x"), "malformed", "not JSON");
    }

    @Test
    void keyThatFoldsToAFieldIsRefusedWhereverTheSpecificationHasFields() {
        String manifest = text(manifest(layer(LayerKind.RUNTIME)).toBytes());
        for (String field : List.of("layers", "config", "mediaType", "schemaVersion", "digest", "size")) {
            String other = Character.toUpperCase(field.charAt(0)) + field.substring(1);
            assertRefused(
                    () -> manifest(manifest, '"' + field + '"', '"' + other + '"'), "folded-key", '"' + field + '"');
        }
        assertRefused(
                () -> manifest(manifest, "\"config\":{", "\"config\":{\"data\":null,\"Data\":\"\","),
                "folded-key",
                "config.Data");
        assertRefused(
                () -> manifest(manifest, "\"schemaVersion\":2", "\"schemaVersion\":2,\"Layers\":[]"),
                "folded-key",
                "\"Layers\" could be read as \"layers\"");
        String config = text(config().toBytes());
        assertRefused(() -> config(config, "\"Env\"", "\"env\""), "folded-key", "config.env");
        assertRefused(() -> config(config, "\"architecture\"", "\"Architecture\""), "folded-key", "Architecture");
        assertRefused(() -> config(config, "\"diff_ids\"", "\"Diff_IDs\""), "folded-key", "rootfs.Diff_IDs");
        assertRefused(
                () -> config(config, "\"os\"", "\"history\":[{\"Empty_Layer\":true}],\"os\""),
                "folded-key",
                "history[0].Empty_Layer");
    }

    @Test
    void keysOfMapsAreFree() throws RefusedException {
        Manifest read = Manifest.read(bytes(changed(
                text(manifest(layer(LayerKind.RUNTIME)).toBytes()),
                "\"annotations\":{",
                "\"annotations\":{\"Layers\":\"a\",\"layers\":\"b\",")));
        assertThat(read.annotations()).containsKeys("Layers", "layers");
        config(
                text(config().toBytes()),
                "\"Volumes\":{",
                "\"Labels\":{\"Os\":\"a\",\"os\":\"b\"},\"Volumes\":{\"/Env\":{},\"/env\":{},");
    }

    @Test
    void foreignUrlsAreRefusedOfDescriptorsOfOurs() throws RefusedException {
        Descriptor elsewhere = Descriptor.of(Fields.of(Json.parse(
                bytes("{\"mediaType\":\"" + MediaTypes.LAYER_TAR_ZSTD + "\",\"digest\":\"" + Digest.of(new byte[1])
                        + "\",\"size\":1,\"urls\":[\"https://example.org/layer\"],\"annotations\":{\""
                        + Annotations.LAYER + "\":\"runtime\"}}"),
                JsonLimits.DEFAULT)));
        assertRefused(() -> manifest(elsewhere).requirePackage(), "foreign-urls", "\"layers[0].urls\"");
        Descriptor build = new Descriptor(
                MediaTypes.IMAGE_MANIFEST,
                elsewhere.digest(),
                1,
                elsewhere.urls(),
                Optional.empty(),
                new TreeMap<>(),
                Optional.of(Platform.of(Arch.X86_64)),
                false);
        assertRefused(() -> index(build).requirePackage(), "foreign-urls", "\"manifests[0].urls\"");
    }

    @Test
    void embeddedDataIsTheContentOrRefused() throws RefusedException {
        String good = "{\"mediaType\":\"text/plain\",\"digest\":\"" + Digest.of(bytes("f"))
                + "\",\"size\":1,\"data\":\"Zg==\"}";
        assertThat(descriptor(good).digest()).isEqualTo(Digest.of(bytes("f")));
        for (String other : List.of("Zg", "Zh==", "ZmY=", "", "Zg=\\n=", "Z g==", "{}")) {
            assertRefused(() -> descriptor(good.replace("Zg==", other)), "embedded-mismatch", "\"data\"");
        }
        assertRefused(() -> descriptor(good.replace("\"size\":1", "\"size\":2")), "embedded-mismatch", "\"data\"");
    }

    @Test
    void embeddedDataIsRefusedOfDescriptorsOfOurs() throws RefusedException {
        Descriptor embedded = descriptor("{\"mediaType\":\"" + MediaTypes.IMAGE_CONFIG + "\",\"digest\":\""
                + Digest.of(bytes("{}")) + "\",\"size\":2,\"data\":\"e30=\"}");
        for (String type : List.of(MediaTypes.PACKAGE, MediaTypes.KERNEL)) {
            Manifest build = new Manifest(Optional.of(type), embedded, List.of(), Optional.empty(), new TreeMap<>());
            assertRefused(
                    () -> {
                        var _ = type.equals(MediaTypes.KERNEL) ? build.requireKernel() : build.requirePackage();
                    },
                    "embedded-content",
                    "\"config.data\"");
        }
        Descriptor layer = embedded.withAnnotation(Annotations.TITLE, "kernel.img");
        assertRefused(() -> manifest(layer).requirePackage(), "embedded-content", "\"layers[0].data\"");
        assertRefused(
                () -> index(layer.withPlatform(Platform.of(Arch.X86_64))).requirePackage(),
                "embedded-content",
                "\"manifests[0].data\"");
    }

    private static Descriptor descriptor(String json) throws RefusedException {
        return Descriptor.of(Fields.of(Json.parse(bytes(json), JsonLimits.DEFAULT)));
    }

    @Test
    void manifestsThatAreNoPackageAreRefusedWhereOneIsExpected() {
        Descriptor runtime = layer(LayerKind.RUNTIME);
        assertRefused(() -> manifest().requirePackage(), "not-a-package", "no layers");
        assertRefused(() -> manifest(runtime, runtime).requirePackage(), "not-a-package", "each at most once");
        assertRefused(
                () -> manifest(layer(LayerKind.CONFIG), runtime).requirePackage(), "not-a-package", "in this order");
        assertRefused(
                () -> manifest(runtime.withAnnotation(Annotations.LAYER, "data"))
                        .requirePackage(),
                "invalid-value",
                "runtime, libs or config");
        assertRefused(
                () -> manifest(Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, DIGEST, 1))
                        .requirePackage(),
                "missing-field",
                "layers[0].annotations.dev.unipkg.layer");
        assertRefused(
                () -> manifest(Descriptor.of(MediaTypes.LAYER_TAR_GZIP, DIGEST, 1))
                        .requirePackage(),
                "unknown-media-type",
                "layers[0].mediaType");
        Manifest plain = new Manifest(Optional.empty(), CONFIG, List.of(), Optional.empty(), new TreeMap<>());
        assertRefused(plain::requirePackage, "unknown-media-type", "\"artifactType\" is \"absent\"");
        assertRefused(() -> manifest(runtime).requireKernel(), "unknown-media-type", "vnd.unipkg.kernel");
    }

    @Test
    void indexesThatAreNoPackageAreRefusedWhereOneIsExpected() {
        Descriptor build = build(Arch.X86_64);
        assertRefused(() -> index().requirePackage(), "not-a-package", "no builds");
        assertRefused(() -> index(build, build).requirePackage(), "not-a-package", "same architecture");
        assertRefused(
                () -> index(Descriptor.of(MediaTypes.IMAGE_MANIFEST, DIGEST, 1)).requirePackage(),
                "missing-field",
                "manifests[0].platform");
        assertRefused(
                () -> index(Descriptor.of(MediaTypes.IMAGE_INDEX, DIGEST, 1)).requirePackage(),
                "unknown-media-type",
                "manifests[0].mediaType");
        Platform windows = new Platform("windows", "amd64", Optional.empty());
        assertRefused(() -> index(build.withPlatform(windows)).requirePackage(), "invalid-value", "windows/amd64");
        Index unversioned =
                new Index(Optional.of(MediaTypes.PACKAGE), List.of(build), Optional.empty(), new TreeMap<>());
        assertRefused(unversioned::requirePackage, "missing-field", Annotations.VERSION);
    }

    @Test
    void configsThatAreNoneAreRefused() {
        String good = text(config().toBytes());
        assertRefused(() -> config(good, "\"linux\"", "\"windows\""), "invalid-value", "\"os\"");
        assertRefused(() -> config(good, "arm64", "mips"), "invalid-value", "\"architecture\"");
        assertRefused(() -> config(good, "\"layers\"", "\"other\""), "invalid-value", "rootfs.type");
        assertRefused(() -> config(good, "TZ=UTC", "=UTC"), "invalid-value", "NAME=value");
        assertRefused(() -> config(good, "TZ=UTC", "A=twice"), "invalid-value", "each variable once");
        assertRefused(() -> config(good, "\"port\":80", "\"port\":0"), "invalid-value", "unikernel.readiness.port");
        assertRefused(() -> config(good, "\"path\":\"/\"", "\"path\":\"x\""), "invalid-value", "readiness.path");
        assertRefused(() -> config(good, "\"port\":80", "\"none\":false"), "invalid-value", "readiness.none");
        assertRefused(() -> config(good, "\"port\":80", "\"console\":\"\""), "invalid-value", "readiness.console");
        assertRefused(() -> config(good, "\"cpus\":2", "\"cpus\":4096"), "invalid-value", "unikernel.cpus");
    }

    /// A declaration that is not understood whole could be taken for a safe one.
    @Test
    void declarationsAboutResumingThatAreNoneAreRefused() {
        String good = text(config().toBytes());
        String safe = "\"safe\":true";
        assertRefused(
                () -> config(good, safe, "\"safe\":\"true\""),
                "wrong-type",
                "\"unikernel.resume.safe\" is a text, expected true or false");
        assertRefused(() -> config(good, safe, "\"safe\":null"), "missing-field", "\"unikernel.resume.safe\"");
        assertRefused(
                () -> config(good, safe, "\"safe\":false"),
                "invalid-value",
                "\"unikernel.resume.randomness\" is \"none\", expected it beside \"safe\": true only");
        assertRefused(
                () -> config(good, "\"randomness\":\"none\"", "\"randomness\":\"own\""),
                "invalid-value",
                "\"unikernel.resume.randomness\" is \"own\", expected none or no value");
        assertRefused(
                () -> config(good, "\"clock\":\"any\"", "\"clock\":\"\""),
                "invalid-value",
                "\"unikernel.resume.clock\" is \"\", expected any or no value");
        assertRefused(
                () -> config(good, safe, safe + ",\"unless\":\"x\""),
                "unknown-key",
                "\"unikernel.resume.unless\"; expected one of safe, randomness, clock");
        assertRefused(() -> config(good, safe, safe + ",\"Safe\":false"), "folded-key", "unikernel.resume.Safe");
        assertRefused(() -> config(good, "\"resume\":{", "\"Resume\":{"), "folded-key", "unikernel.Resume");
    }

    @Property
    void manifestsAreReadBack(@ForAll("manifests") Manifest manifest) throws RefusedException {
        assertThat(Manifest.read(manifest.toBytes())).isEqualTo(manifest);
        assertThat(Manifest.read(manifest.toBytes()).toBytes()).isEqualTo(manifest.toBytes());
    }

    @Property
    void indexesAreReadBack(@ForAll("indexes") Index index) throws RefusedException {
        assertThat(Index.read(index.toBytes())).isEqualTo(index);
        assertThat(Index.read(index.toBytes()).toBytes()).isEqualTo(index.toBytes());
    }

    @Provide
    Arbitrary<Manifest> manifests() {
        return Combinators.combine(
                        texts().optional(),
                        descriptors(),
                        descriptors().list().ofMaxSize(3),
                        descriptors().optional(),
                        annotations())
                .as(Manifest::new);
    }

    @Provide
    Arbitrary<Index> indexes() {
        return Combinators.combine(
                        texts().optional(),
                        descriptors().list().ofMaxSize(3),
                        descriptors().optional(),
                        annotations())
                .as(Index::new);
    }

    private static Arbitrary<Descriptor> descriptors() {
        Arbitrary<Digest> digests =
                Arbitraries.bytes().array(byte[].class).ofSize(4).map(Digest::of);
        Arbitrary<Platform> platforms =
                Combinators.combine(texts(), texts(), texts().optional()).as(Platform::new);
        return Combinators.combine(
                        texts(),
                        digests,
                        Arbitraries.longs().between(0, Json.Num.MAX),
                        texts().list().ofMaxSize(2),
                        texts().optional(),
                        annotations(),
                        platforms.optional())
                .as((type, digest, size, urls, artifactType, annotations, platform) ->
                        new Descriptor(type, digest, size, urls, artifactType, annotations, platform, false));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars("é\n\"\\")
                .ofMaxLength(12);
    }

    private static Arbitrary<SortedMap<String, String>> annotations() {
        return Arbitraries.maps(texts(), texts()).ofMaxSize(3).map(TreeMap::new);
    }

    private static void manifest(String good, String what, String by) throws RefusedException {
        Manifest.read(bytes(changed(good, what, by)));
    }

    private static void config(String good, String what, String by) throws RefusedException {
        ImageConfig.read(bytes(changed(good, what, by)));
    }

    private static void packageConfig(String good, String what, String by) throws RefusedException {
        ImageConfig _ = ImageConfig.read(bytes(changed(good, what, by))).requirePackage();
    }

    private static String changed(String good, String what, String by) {
        String changed =
                what.endsWith("$") ? good.substring(0, good.length() - what.length() + 1) + by : good.replace(what, by);
        assertThat(changed).isNotEqualTo(good);
        return changed;
    }

    private static String pretty(byte[] json) throws RefusedException {
        return Json.parse(json, JsonLimits.DEFAULT).toPrettyString();
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(ThrowingCallable call, String code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
