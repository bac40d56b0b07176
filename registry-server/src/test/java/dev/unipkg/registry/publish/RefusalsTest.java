package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.elf;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.layer;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import com.github.luben.zstd.Zstd;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.content.Everything;
import dev.unipkg.registry.kernels.KernelMaker;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.publish.PackageMaker.Layer;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every bad package is refused with its reason, and the registry holds afterwards exactly what it held before.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RefusalsTest {

    private static final int TAR_BLOCK = 512;

    private static final int ELF_TYPE = 16;
    private static final int PROGRAM_HEADERS_AT = 32;
    private static final int PROGRAM_HEADER_SIZE = 54;
    private static final int PROGRAM_HEADER_COUNT = 56;

    @Inject
    TestKeys keys;

    @Inject
    Everything everything;

    private Pusher pusher = new Pusher("", "");
    private Everything.Snapshot before = Everything.Snapshot.NOTHING;

    @BeforeEach
    void lookAround() {
        pusher = new Pusher(keys.publisher("bad"), "bad/package");
        before = everything.snapshot();
    }

    @AfterEach
    void nothingBecameVisible() {
        assertThat(everything.snapshot().published()).isEqualTo(before.published());
    }

    @Test
    void anEntryThatLeavesTheRoot() {
        refuse(packing(tar("../evil", '0', "", 0)), 400, "unsafe-path");
    }

    @Test
    void anAbsoluteLink() {
        refuse(packing(tar("link", '2', "/etc/passwd", 0)), 400, "link-leaves-root");
    }

    @Test
    void aLinkThatLeavesTheRoot() {
        refuse(packing(tar("link", '2', "../../etc/passwd", 0)), 400, "link-leaves-root");
    }

    @Test
    void aLinkThatNeverEnds() {
        refuse(packing(tar("loop", '2', "loop", 0)), 400, "link-loop");
    }

    @Test
    void aDevice() {
        refuse(packing(tar("null", '3', "", 0)), 400, "device");
    }

    @Test
    void aHardLink() {
        refuse(packing(tar("hard", '1', "other", 0)), 400, "hard-link");
    }

    @Test
    void aBomb() {
        byte[] zeros = new byte[64 << 20];
        byte[] header = tar("zeros", '0', "", zeros.length);
        byte[] bomb = Arrays.copyOf(header, TAR_BLOCK + zeros.length + 2 * TAR_BLOCK);
        refuse(packing(bomb), 400, "bomb");
    }

    @Test
    void aTruncatedZstdFrame() {
        Layer whole = layer(
                LayerKind.RUNTIME, FileTree.builder().file("a", "some text").build());
        byte[] cut = Arrays.copyOf(whole.blob(), whole.blob().length - 5);
        refuse(
                build(Arch.X86_64, List.of(new Layer(LayerKind.RUNTIME, cut, whole.diffId())), new TreeMap<>()),
                400,
                "truncated");
    }

    @Test
    void aLayerThatIsNoZstdAtAll() {
        byte[] noise = "this is no archive".getBytes(StandardCharsets.UTF_8);
        Layer layer = new Layer(LayerKind.RUNTIME, noise, Digest.of(noise));
        refuse(build(Arch.X86_64, List.of(layer), new TreeMap<>()), 400, "corrupt");
    }

    @Test
    void aDiffIdThatIsAnothers() {
        Layer whole =
                layer(LayerKind.RUNTIME, FileTree.builder().file("a", "text").build());
        Layer lying = new Layer(LayerKind.RUNTIME, whole.blob(), Digest.of(new byte[0]));
        refuse(build(Arch.X86_64, List.of(lying), new TreeMap<>()), 400, "digest-mismatch");
    }

    @Test
    void layersThatCannotLieOverEachOther() {
        Layer file = layer(
                LayerKind.RUNTIME,
                FileTree.builder()
                        .file("bin/app", new Content.Bytes(elf(Arch.X86_64)), true)
                        .file("etc", "a file")
                        .build());
        Layer folder = layer(
                LayerKind.CONFIG,
                FileTree.builder().file("etc/x", "in a folder").build());
        refuse(build(Arch.X86_64, List.of(file, folder), new TreeMap<>()), 400, "conflict");
    }

    @Test
    void oneBuildUnderATagAsIfItWereAVersion() {
        Build build = build(Arch.X86_64, "alone");
        build.pushBlobs(pusher);
        requireRefused(pusher.manifest("1.0.0", build.bytes()), 400, "not-a-package")
                .body("errors[0].message", containsString("the index of its builds"));
    }

    @Test
    void aProgramForAnotherArchitecture() {
        refuse(build(Arch.X86_64, elf(Arch.ARM64), "text"), 400, "other-arch");
    }

    @Test
    void aProgramThatIsNoElf() {
        refuse(build(Arch.X86_64, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), "text"), 400, "not-elf");
    }

    @Test
    void aProgramWhoseHeadersLieOutsideOfIt() {
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADERS_AT, Long.MAX_VALUE), "text"), 400, "corrupt-elf");
        refuse(build(Arch.X86_64, Arrays.copyOf(damaged(PROGRAM_HEADERS_AT, 64), 100), "text"), 400, "corrupt-elf");
    }

    @Test
    void aProgramWithMoreHeadersThanItHolds() {
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADER_COUNT, (short) 0xffff), "text"), 400, "corrupt-elf");
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADER_COUNT, (short) 7), "text"), 400, "corrupt-elf");
    }

    @Test
    void aProgramWhoseHeadersHaveAnotherSize() {
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADER_SIZE, (short) 7), "text"), 400, "corrupt-elf");
    }

    @Test
    void anObjectFileThatWasNeverLinked() {
        refuse(build(Arch.X86_64, damaged(ELF_TYPE, (short) 1), "text"), 400, "corrupt-elf");
    }

    @Test
    void aProgramThatIsNotThere() {
        Layer empty = layer(
                LayerKind.RUNTIME, FileTree.builder().file("etc/motd", "hi").build());
        refuse(build(Arch.X86_64, List.of(empty), new TreeMap<>()), 400, "no-program");
    }

    @Test
    void aPortThatNoMachineHas() {
        refuseField(running("", "99999/tcp", ""), "config.ExposedPorts");
    }

    @Test
    void aVolumeOutsideOfTheMachine() {
        refuseField(running("/../etc", "80/tcp", ""), "config.Volumes");
    }

    @Test
    void aWorkingDirectoryThatIsRelative() {
        refuseField(running("", "80/tcp", "srv/../.."), "config.WorkingDir");
    }

    @Test
    void aManifestThatNamesAbsentBlobs() {
        Build build = build(Arch.X86_64, "absent");
        build.layers().forEach(layer -> pusher.blob(layer.blob()));
        requireRefused(pusher.manifest(build.digest().toString(), build.bytes()), 404, "absent-content");
        requireRefused(pusher.index("1.0", index("1.0", build)), 404, "absent-content");
    }

    @Test
    void aLayerOfOthersThatIsSaidToBeElsewhere() {
        Build theirs = build(Arch.X86_64, "elsewhere");
        theirs.pushBlobs(new Pusher(keys.publisher("elsewhere"), "elsewhere/secret"));
        lookAround();
        pusher.blob(theirs.config());
        byte[] manifest = new String(theirs.bytes(), StandardCharsets.UTF_8)
                .replace(
                        "{\"mediaType\":\"" + MediaTypes.LAYER_TAR_ZSTD,
                        "{\"urls\":[\"https://example.org/\"]," + "\"mediaType\":\"" + MediaTypes.LAYER_TAR_ZSTD)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(manifest.length).isGreaterThan(theirs.bytes().length);

        requireRefused(pusher.manifest(Digest.of(manifest).toString(), manifest), 404, "absent-content");
    }

    @Test
    void aPlainManifestThatNamesAbsentBlobs() {
        Manifest plain = new Manifest(
                Optional.empty(),
                Descriptor.of(MediaTypes.EMPTY_JSON, "{\"never\":\"pushed\"}".getBytes(StandardCharsets.UTF_8)),
                List.of(),
                Optional.empty(),
                new TreeMap<>());
        pusher.manifest("plain", plain.toBytes())
                .statusCode(404)
                .body("errors[0].code", equalTo("MANIFEST_BLOB_UNKNOWN"));
    }

    @Test
    void whatIsNoJsonIsSaidInOurOwnWords() {
        requireRefused(
                        pusher.manifest("1.0", "{\"schemaVersion\": NaN}".getBytes(StandardCharsets.UTF_8)),
                        400,
                        "malformed")
                .body("errors[0].message", containsString("\"NaN\" cannot stand there"));
    }

    @Test
    void aNameThatWouldSteerATerminal() {
        String evil = "{\"schemaVersion\":2,\"annotations\":{\"a\\u001b[2J\\u202e\":7}}";
        String shown = "annotations.a\\u{1b}[2J\\u{202e}";
        requireRefused(
                        pusher.put(
                                "1.0",
                                MediaTypes.IMAGE_INDEX,
                                evil.replace("2,", "2,\"manifests\":[],").getBytes(StandardCharsets.UTF_8)),
                        400,
                        "wrong-type")
                .body("errors[0].detail.field", equalTo(shown))
                .body("errors[0].message", containsString(shown));
        given().urlEncodingEnabled(false)
                .get("/api/v1/packages/a%C2%9B2J/b")
                .then()
                .statusCode(404)
                .body("detail", containsString("a\\u{9b}2J/b"));
    }

    @Test
    void duplicateJsonKeys() {
        Build build = build(Arch.X86_64, "twice");
        build.pushBlobs(pusher);
        String twice = new String(build.bytes(), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"schemaVersion\":2,");
        requireRefused(pusher.manifest("1.0", twice.getBytes(StandardCharsets.UTF_8)), 400, "duplicate-key");
    }

    @Test
    void aDocumentThatIsManifestAndIndexAtOnce() {
        Build build = build(Arch.X86_64, "both");
        build.pushBlobs(pusher);
        String both = new String(build.bytes(), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"manifests\":[],");
        requireRefused(pusher.manifest("1.0", both.getBytes(StandardCharsets.UTF_8)), 400, "not-a-package");
    }

    @Test
    void aContentTypeThatIsNotTheDocuments() {
        Build build = build(Arch.X86_64, "type");
        build.pushBlobs(pusher);
        requireRefused(pusher.index("1.0", build.bytes()), 400, "unknown-media-type");
    }

    @Test
    void anIndexThatSaysAnotherArchitectureThanItsBuild() {
        Build build = build(Arch.X86_64, "arch");
        build.push(pusher).statusCode(201);
        String lying = new String(index("1.0", build), StandardCharsets.UTF_8).replace("amd64", "arm64");
        requireRefused(pusher.index("1.0", lying.getBytes(StandardCharsets.UTF_8)), 400, "says-otherwise");
    }

    @Test
    void aVersionOutsideTheGrammar() {
        Build build = build(Arch.X86_64, "version");
        build.push(pusher).statusCode(201);
        byte[] index = index("not a version!", build);
        requireRefused(pusher.index("1.0", index), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("annotations." + Annotations.VERSION));
    }

    @Test
    void aTagOutsideTheGrammar() {
        pusher.index("-1.0", index("1.0", build(Arch.X86_64, "x")))
                .statusCode(400)
                .body("errors[0].detail.field", equalTo("tag"));
    }

    @Test
    void anIndexUnderNoTag() {
        Build build = build(Arch.X86_64, "no tag");
        build.push(pusher).statusCode(201);
        pusher.index("1.0+x", index("1.0+x", build))
                .statusCode(400)
                .body("errors[0].detail.refusal", equalTo("invalid-name"));
        given().head(pusher.path("manifests/" + build.digest())).then().statusCode(200);
    }

    @Test
    void aKernelFamilyThatThereIsNot() {
        refuse(needing("\"kernel\":{\"family\":\"bogus\"}"), 400, "unknown-kernel-family");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "memory | \"memory\":9007199254740991 | is 9007199254740991 bytes; expected at most 17592186044416",
                "writable | \"writable\":1099511627777 | is 1099511627777 bytes; expected at most 1099511627776",
                "options | \"options\":{\"a b\":\"\"} | has \"a b\"; expected words of letters",
                "program | \"kernel\":{\"family\":\"nanos\"},\"options\":{\"program\":\"/x\"} | is no option of the"
                        + " kernel",
                "mounts | \"kernel\":{\"family\":\"nanos\"},\"options\":{\"mounts\":\"x\"} | is no tuple of volumes",
                "trace | \"kernel\":{\"family\":\"linux\"},\"options\":{\"trace\":\"a b\"} | is no word of a kernel's",
            })
    void whatNoMachineOrKernelCanBeGiven(String field, String unikernel, String rule) {
        requireRefused(needing(unikernel).push(pusher), 400, "impossible-setting")
                .body("errors[0].detail.field", equalTo(field))
                .body("errors[0].detail.rule", startsWith(rule));
    }

    @ParameterizedTest
    @ValueSource(strings = {".unipkg", "TRAILER!!!"})
    void aFileWhereGuestsHaveTheirOwn(String path) {
        Build whole = build(Arch.X86_64, "in the way");
        Layer inTheWay =
                layer(LayerKind.CONFIG, FileTree.builder().file(path, "mine").build());
        Build build = build(Arch.X86_64, List.of(whole.layers().getFirst(), inTheWay), new TreeMap<>());
        requireRefused(build.push(pusher), 400, "conflict").body("errors[0].message", startsWith("\"" + path + "\""));
    }

    @Test
    void aCommandLineThatNoKernelReads() {
        String options = "\"kernel\":{\"family\":\"linux\"},\"options\":{\"a\":\"" + "x".repeat(2048) + "\"}";
        requireRefused(needing(options).push(pusher), 400, "impossible-setting")
                .body("errors[0].detail.field", equalTo("options"))
                .body("errors[0].detail.rule", containsString("a kernel reads at most 2047"));
    }

    @Test
    void aProgramThatIsNamedFromNowhere() {
        Execution execution =
                new Execution(List.of("bin/app"), List.of(), new TreeMap<>(), "", new TreeSet<>(), new TreeSet<>());
        Build build = build(Arch.X86_64, build(Arch.X86_64, "relative").layers(), new TreeMap<>(), execution);
        requireRefused(build.push(pusher), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("config.Entrypoint[0]"))
                .body("errors[0].detail.rule", containsString("an absolute path without . or .."));
    }

    @Test
    void moreEnvironmentThanAProgramIsGiven() {
        Build whole = build(Arch.X86_64, "environment");
        Execution execution = new Execution(
                List.of("/bin/app"),
                List.of(),
                new TreeMap<>(Map.of("LARGE", "x".repeat(128 << 10))),
                "",
                new TreeSet<>(),
                new TreeSet<>());
        requireRefused(
                        build(Arch.X86_64, whole.layers(), new TreeMap<>(), execution)
                                .push(pusher),
                        400,
                        "impossible-setting")
                .body("errors[0].detail.field", equalTo("env"))
                .body("errors[0].detail.rule", containsString("expected at most 131072"));
    }

    @Test
    void aConfigOfMoreThanAMebibyte() {
        refuse(needing("\"klibs\":[\"" + "x".repeat(1 << 20) + "\"]"), 413, "document-too-large");
    }

    /// A package that is whole but for what it needs.
    private static Build needing(String unikernel) {
        Build whole = build(Arch.X86_64, "needing");
        byte[] config = new String(whole.config(), StandardCharsets.UTF_8)
                .replace("\"unikernel\":{", "\"unikernel\":{" + unikernel)
                .getBytes(StandardCharsets.UTF_8);
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, config),
                whole.layers().stream().map(Layer::descriptor).toList(),
                Optional.empty(),
                new TreeMap<>());
        return new Build(Arch.X86_64, config, whole.layers(), manifest);
    }

    @Test
    void aNameThatCouldBeMistakenForAnother() {
        Pusher first = new Pusher(pusher.key(), "bad/clean-1");
        PackageMaker.publish(first, "1.0", build(Arch.X86_64, "first"));
        before = everything.snapshot();
        Pusher confusing = new Pusher(pusher.key(), "bad/cleani");
        confusing
                .tryBlob(Digest.of(new byte[0]), new byte[0])
                .statusCode(409)
                .body("errors[0].detail.refusal", equalTo("confusable-name"))
                .body("errors[0].message", containsString("bad/clean-1"));
    }

    @Test
    void someoneElsesNamespace() {
        Pusher stranger = new Pusher(pusher.key(), "library/nginx");
        requireRefused(stranger.manifest("1.0", build(Arch.X86_64, "x").bytes()), 403, "not-your-namespace");
        requireRefused(
                new Pusher(pusher.key(), "kernels/nanos").manifest("1.0", new byte[] {'{', '}'}),
                403,
                "not-your-namespace");
    }

    @Test
    void aManifestLargerThanAllowed() {
        byte[] large = new byte[PushedManifest.MAX_BYTES + 1];
        Arrays.fill(large, (byte) ' ');
        requireRefused(pusher.manifest("1.0", large), 413, "too-large");
    }

    @Test
    void aPackageInTheNamespaceOfKernels() {
        Pusher kernels = new Pusher(keys.administrator(), "kernels/nanos");
        Build build = build(Arch.X86_64, "kernel?");
        build.pushBlobs(kernels);
        requireRefused(kernels.manifest(build.digest().toString(), build.bytes()), 409, "reserved-name");
    }

    @Test
    void aKernelReleaseWithoutItsKernel() throws IOException {
        requireRefused(release(Map.of("klibs/tls", KernelMaker.elf(Arch.X86_64, "tls"))), 400, "missing-kernel-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel.img", "boot.img", "klibs/tls", "bootx64.efi"})
    void aKernelFileThatIsNotWhatItsTitleSays(String title) throws IOException {
        Map<String, Content> files = nanos();
        files.put(title, Content.ofText("the bytes of " + title));

        requireRefused(release(files), 400, "corrupt-kernel")
                .body("errors[0].message", containsString(title + " is "))
                .body("errors[0].message", containsString("expected"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel.img", "klibs/tls"})
    void aKernelFileForAnotherArchitecture(String title) throws IOException {
        Map<String, Content> files = nanos();
        files.put("klibs/ntp", KernelMaker.elf(Arch.X86_64, "ntp"));
        files.put(title, KernelMaker.elf(Arch.ARM64, title));

        requireRefused(release(files), 400, "other-arch");
    }

    @Test
    void aKernelThatIsCutOff() throws IOException {
        Map<String, Content> files = nanos();
        byte[] cut = elf(Arch.X86_64);
        ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putLong(96, cut.length + 1);
        files.put("kernel.img", new Content.Bytes(cut));

        requireRefused(release(files), 400, "corrupt-elf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vmlinuz", "busybox", "init", "modules/00-virtio.ko"})
    void aFileOfALinuxReleaseThatIsNotWhatItsTitleSays(String title) throws IOException {
        Map<String, Content> files = new TreeMap<>();
        files.put("vmlinuz", bzImage());
        files.put("busybox", KernelMaker.elf(Arch.X86_64, "busybox"));
        files.put("init", Content.ofText("#!/bin/sh"));
        files.put(title, Content.ofText("the bytes of " + title));

        requireRefused(release(Family.LINUX, files), 400, "corrupt-kernel")
                .body("errors[0].message", containsString(title + " is "));
    }

    private static Map<String, Content> nanos() {
        Map<String, Content> files = new TreeMap<>();
        files.put("boot.img", KernelMaker.bootCode());
        files.put("kernel.img", KernelMaker.elf(Arch.X86_64, "kernel"));
        return files;
    }

    private static Content bzImage() {
        ByteBuffer image = ByteBuffer.allocate(0x1000);
        image.put(0x202, new byte[] {'H', 'd', 'r', 'S'});
        return new Content.Bytes(image.array());
    }

    private ValidatableResponse release(Map<String, Content> files) throws IOException {
        return release(Family.NANOS, files);
    }

    /// Pushes a release of any files as one architecture's.
    private ValidatableResponse release(Family family, Map<String, Content> files) throws IOException {
        Pusher kernels = new Pusher(keys.administrator(), family.repository().toString());
        KernelArtifact artifact =
                KernelArtifact.of(new KernelRelease(family, new Version("0.1"), Arch.X86_64, new TreeMap<>(files)));
        for (KernelArtifact.Blob blob : artifact.blobs()) {
            kernels.blob(blob.content().readAll());
        }
        byte[] manifest = artifact.manifest().toBytes();
        return kernels.manifest(Digest.of(manifest).toString(), manifest);
    }

    @Test
    void manyWrongBytesNeverMakeAFault() {
        Build build = build(Arch.X86_64, "mutations");
        List<Integer> statuses = new ArrayList<>();
        byte[] bytes = build.bytes();
        for (int i = 0; i < bytes.length; i += 37) {
            byte[] wrong = bytes.clone();
            wrong[i] ^= 0x55;
            statuses.add(pusher.manifest("1.0", wrong).extract().statusCode());
        }
        assertThat(statuses).isNotEmpty().allMatch(status -> status >= 400 && status < 500);
    }

    @Test
    void moreLayersThanAllowed() {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        pusher.blob(config);
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            layers.add(Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, ("layer " + i).getBytes(StandardCharsets.UTF_8)));
        }
        Manifest many = new Manifest(
                Optional.empty(),
                Descriptor.of(MediaTypes.EMPTY_JSON, config),
                layers,
                Optional.empty(),
                new TreeMap<>());
        requireRefused(pusher.manifest("many", many.toBytes()), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("layers"));
    }

    @Test
    void aDescriptionLongerThanTheCatalogShows() {
        Build build = build(Arch.X86_64, "described");
        build.push(pusher).statusCode(201);
        requireRefused(pusher.index("1.0", index("1.0", "x".repeat(4097), build)), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("annotations." + Annotations.DESCRIPTION));
    }

    @Test
    void aNamespaceThatDoesNotExist() {
        String administrator = keys.administrator();
        for (String name : List.of("v2/zz", "l1brary/zz", "nowhere/zz")) {
            Pusher nowhere = new Pusher(administrator, name);
            requireRefused(nowhere.tryBlob(Digest.of(new byte[0]), new byte[0]), 404, "namespace-not-found")
                    .body("errors[0].code", equalTo("NAME_UNKNOWN"));
            requireRefused(nowhere.manifest("1.0", "{}".getBytes(StandardCharsets.UTF_8)), 404, "namespace-not-found");
        }
    }

    private void refuseField(Build build, String field) {
        requireRefused(build.push(pusher), 400, "invalid-value").body("errors[0].detail.field", equalTo(field));
    }

    /// A package that is whole but for what it says of how it is run.
    private static Build running(String volume, String port, String workingDir) {
        Build whole = build(Arch.X86_64, "running");
        Execution execution = new Execution(
                List.of("/bin/app"),
                List.of(),
                new TreeMap<>(),
                workingDir,
                new TreeSet<>(List.of(port)),
                volume.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(volume)));
        return build(Arch.X86_64, whole.layers(), new TreeMap<>(), execution);
    }

    private void refuse(Build build, int status, String code) {
        requireRefused(build.push(pusher), status, code);
    }

    private static ValidatableResponse requireRefused(ValidatableResponse response, int status, String code) {
        return response.statusCode(status).body("errors[0].detail.refusal", equalTo(code));
    }

    private static byte[] damaged(int field, long value) {
        byte[] program = elf(Arch.X86_64);
        ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).putLong(field, value);
        return program;
    }

    private static byte[] damaged(int field, short value) {
        byte[] program = elf(Arch.X86_64);
        ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).putShort(field, value);
        return program;
    }

    /// A package whose one layer is this tar.
    private static Build packing(byte[] tar) {
        Layer layer = new Layer(LayerKind.RUNTIME, Zstd.compress(tar), Digest.of(tar));
        return build(Arch.X86_64, List.of(layer), new TreeMap<>());
    }

    /// A tar of one entry, written by hand so that it can say anything.
    private static byte[] tar(String name, char type, String link, long size) {
        byte[] tar = new byte[3 * TAR_BLOCK];
        put(tar, 0, name);
        put(tar, 100, type == '2' ? "0000777" : "0000644");
        put(tar, 108, "0000000");
        put(tar, 116, "0000000");
        put(tar, 124, String.format("%011o", size));
        put(tar, 136, "00000000000");
        put(tar, 148, "        ");
        tar[156] = (byte) type;
        put(tar, 157, link);
        put(tar, 257, "ustar\0" + "00");
        put(tar, 329, "0000000");
        put(tar, 337, "0000000");
        int sum = 0;
        for (int i = 0; i < TAR_BLOCK; i++) {
            sum += tar[i] & 0xff;
        }
        put(tar, 148, String.format("%06o\0 ", sum));
        return tar;
    }

    private static void put(byte[] tar, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, tar, offset, bytes.length);
    }
}
