package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.journeys.PkgCommand.Result;
import dev.unipkg.journeys.RawPush.Answer;
import dev.unipkg.journeys.RawPush.Build;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Everything wrong that can be handed in is refused with its reason, in words, and nothing that was refused is there,
/// on every backend.
abstract class RefusalsContract extends RunningRegistry {

    private static final int MAX_BLOB_BYTES = 32 << 20;
    private static final int POWERPC = 20;
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_NOT_FOUND = 3;
    private static final int EXIT_REFUSED = 4;

    private static final byte[] GOOD_PROGRAM = RawTar.elf(Arch.X86_64);
    private static final Build GOOD = RawTar.program(GOOD_PROGRAM);

    private String key = "";

    @Override
    Map<String, String> settings() {
        return Map.of("UNIPKG_MAX_BLOB_BYTES", Integer.toString(MAX_BLOB_BYTES));
    }

    @BeforeAll
    void publishWhatIsInTheWay() throws Exception {
        key = registry.newNamespace("bad");
        RawPush push = new RawPush(URI.create(registry.url()), key, "bad/refused");
        assertThat(push.to("bad/fixed").version("1.0", "1.0", GOOD).status()).isEqualTo(201);
        assertThat(push.to("bad/tool1").version("1.0", "1.0", GOOD).status()).isEqualTo(201);
    }

    interface Attempt {
        /// @param push to a repository of the publisher's own
        Answer at(RawPush push) throws Exception;
    }

    /// @param status of the answer; 0 where none is given, because the client is gone
    /// @param code of the refusal, see `docs/reference/refusals.md`
    /// @param word that stands in its sentence
    record Refused(String name, Attempt attempt, int status, String code, String word) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Refused layer(String name, Build build, String code, String word) {
        return new Refused(name, push -> push.build(build), 400, code, word);
    }

    List<Refused> pushes() throws IOException {
        Build other = RawTar.program(Arrays.copyOf(RawTar.elf(Arch.X86_64), 129));
        return List.of(
                layer("an entry that leaves the root", RawTar.entry("../evil", '0', ""), "unsafe-path", "../evil"),
                layer("an absolute link", RawTar.entry("a", '2', "/etc/passwd"), "link-leaves-root", "/etc/passwd"),
                layer("a looping link", RawTar.entry("loop", '2', "loop"), "link-loop", "back to itself"),
                layer("a device", RawTar.entry("null", '3', ""), "device", "null"),
                layer("a bomb", RawTar.zeros(64 << 20), "bomb", "times its size"),
                layer("a truncated zstd frame", RawTar.cut(GOOD), "truncated", "cut off"),
                layer("a program of another arch", RawTar.program(RawTar.elf(Arch.ARM64)), "other-arch", "arm64"),
                layer("a corrupt program", RawTar.program(corruptElf()), "corrupt-elf", "damaged"),
                layer("a program that is cut off", RawTar.program(cutElf()), "corrupt-elf", "cut off"),
                layer("a library as the program", RawTar.program(library()), "shared-library", "cannot start"),
                layer("a program that may not run", RawTar.plain(GOOD_PROGRAM), "not-executable", "chmod +x"),
                layer("a name with a control character", RawTar.entry("a\u0007b", '0', ""), "control-character", "a"),
                layer("an absolute path", RawTar.entry("/etc/x", '0', ""), "invalid-path", "relative to the root"),
                layer("too little memory", wanting("'memory':256"), "impossible-setting", "256 bytes"),
                layer(
                        "a readiness port that is no port",
                        wanting("'readiness':{'port':81}"),
                        "impossible-setting",
                        "not among the ports"),
                layer(
                        "a declaration about resuming with another word",
                        wanting("'resume':{'safe':true,'randomness':'own'}"),
                        "invalid-value",
                        "unikernel.resume.randomness"),
                layer("one name in two Unicode forms", RawTar.twoForms(), "equal-names", "two Unicode forms"),
                new Refused(
                        "a link through a link of another layer",
                        RefusalsContract::linkedThroughLayers,
                        400,
                        "link-leaves-root",
                        "out of the root"),
                layer(
                        "a program path with dots",
                        configured("'/bin/app'", "'/bin/../bin/app'"),
                        "invalid-value",
                        "config.Entrypoint[0]"),
                layer(
                        "a key that folds to a field",
                        documented("'layers'", "'Layers'"),
                        "folded-key",
                        "could be read as"),
                layer(
                        "a key that folds to a field beside it",
                        documented("'layers'", "'layer\u017F':[],'layers'"),
                        "folded-key",
                        "could be read as"),
                layer(
                        "a key of the config that folds to a field",
                        configured("'config'", "'Config':{},'config'"),
                        "folded-key",
                        "could be read as"),
                layer(
                        "a layer that is had elsewhere",
                        documented("'layers':[{", "'layers':[{'urls':['https://example.org/x'],"),
                        "foreign-urls",
                        "layers[0].urls"),
                layer(
                        "embedded data of something else",
                        documented("'config':{", "'config':{'data':'e30=',"),
                        "embedded-mismatch",
                        "config.data"),
                layer(
                        "a config in its descriptor, which nobody would ask for",
                        documented(
                                "'config':{",
                                "'config':{'data':'" + Base64.getEncoder().encodeToString(GOOD.config()) + "',"),
                        "embedded-content",
                        "config.data"),
                new Refused(
                        "a config of another size, of any artifact",
                        RefusalsContract::largerConfig,
                        400,
                        "size-mismatch",
                        "expected 3"),
                new Refused(
                        "a tag that reads as another version",
                        push -> push.version("1.1", "1.0", GOOD),
                        400,
                        "invalid-name",
                        "1.1"),
                new Refused(
                        "the title of another package",
                        push -> push.titled("1.0", "bad/other", GOOD),
                        400,
                        "says-otherwise",
                        "other"),
                new Refused(
                        "a path with parameters",
                        push -> push.document("semi;colon", MediaTypes.IMAGE_MANIFEST, GOOD.manifest()),
                        400,
                        "UNSUPPORTED",
                        "semicolons"),
                new Refused(
                        "another digest",
                        push -> push.blob(Digest.of(new byte[0]), GOOD.layer()),
                        400,
                        "digest-mismatch",
                        "expected sha256:"),
                new Refused("absent blobs", RefusalsContract::withoutConfig, 404, "absent-content", "upload it first"),
                new Refused("a duplicate key", RefusalsContract::twice, 400, "duplicate-key", "is there twice"),
                new Refused(
                        "a name outside the grammar",
                        push -> push.to("bad/no_name").build(GOOD),
                        400,
                        "invalid-name",
                        "no_name"),
                new Refused(
                        "a version outside the grammar",
                        push -> push.version("1.0", "not a version!", GOOD),
                        400,
                        "invalid-value",
                        "not a version!"),
                new Refused(
                        "a version that is called like a tag",
                        push -> push.version("latest", "latest", GOOD),
                        400,
                        "moving-version",
                        "1.2.3"),
                new Refused(
                        "a confusable name",
                        push -> push.to("bad/tooll").blob(Digest.of(GOOD.layer()), GOOD.layer()),
                        409,
                        "confusable-name",
                        "bad/tool1"),
                new Refused(
                        "a foreign namespace",
                        push -> push.to("library/refused").build(GOOD),
                        403,
                        "not-your-namespace",
                        "library"),
                new Refused(
                        "a version that exists with another digest",
                        push -> push.to("bad/fixed").version("1.0", "1.0", other),
                        409,
                        "version-exists",
                        Digest.of(RawPush.index("1.0", GOOD)).toString()),
                new Refused(
                        "an upload that is too large",
                        push -> push.blob(Digest.of(new byte[0]), new byte[MAX_BLOB_BYTES + 1]),
                        413,
                        "too-large",
                        Integer.toString(MAX_BLOB_BYTES)),
                new Refused("an upload that is cut off", push -> push.halfABlob(new byte[1000]), 0, "", ""),
                new Refused(
                        "a kernel release without its kernel",
                        push -> push.as(registry.administratorKey(), "kernels/nanos")
                                .build(release("klibs/tls")),
                        400,
                        "missing-kernel-file",
                        "kernel.img"),
                new Refused(
                        "a kernel release whose kernel is none",
                        push -> push.as(registry.administratorKey(), "kernels/nanos")
                                .build(release("kernel.img")),
                        400,
                        "corrupt-kernel",
                        "kernel.img is 9 bytes"));
    }

    private static int attempts;

    private static String letters(int number) {
        return "" + (char) ('a' + number / 8) + (char) ('a' + number % 8);
    }

    @ParameterizedTest
    @MethodSource("pushes")
    void isRefusedAndNothingIsStored(Refused refused) throws Exception {
        String before = registry.get("/api/v1/packages?limit=200") + registry.get("/api/v1/kernels");
        // A repository for each, since another one's acknowledged content stays. Letters that cannot be confused.
        String name = "bad/refused" + letters(attempts++);
        RawPush attempt = new RawPush(URI.create(registry.url()), key, name);

        Answer answer = refused.attempt().at(attempt);

        assertThat(answer.status()).as(answer.text()).isEqualTo(refused.status());
        assertThat(answer.text()).contains(refused.code(), refused.word());
        assertThat(attempt.stored()).isEmpty();
        assertThat(registry.get("/api/v1/packages?limit=200") + registry.get("/api/v1/kernels"))
                .isEqualTo(before);
    }

    private static Answer withoutConfig(RawPush push) throws Exception {
        // In a repository of its own, since others keep what was brought for refused manifests.
        RawPush alone = push.to("bad/lacking");
        alone.blob(Digest.of(GOOD.layer()), GOOD.layer());
        return alone.document(Digest.of(GOOD.manifest()).toString(), MediaTypes.IMAGE_MANIFEST, GOOD.manifest());
    }

    private static Answer linkedThroughLayers(RawPush push) throws Exception {
        Build lower = RawTar.entry("a", '2', "b/c/../..");
        Build upper = RawTar.linkInFolder("b", "c", "..");
        Digest diffId = ImageConfig.read(lower.config()).diffIds().getFirst();
        ImageConfig config = ImageConfig.read(upper.config());
        byte[] both = new ImageConfig(
                        config.arch(),
                        config.execution(),
                        List.of(diffId, config.diffIds().getFirst()),
                        config.unikernel())
                .toBytes();
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, both),
                List.of(
                        Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, lower.layer())
                                .withAnnotation(Annotations.LAYER, LayerKind.RUNTIME.toString()),
                        Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, upper.layer())
                                .withAnnotation(Annotations.LAYER, LayerKind.CONFIG.toString())),
                Optional.empty(),
                new TreeMap<>());
        push.blob(Digest.of(lower.layer()), lower.layer());
        return push.build(new Build(both, upper.layer(), manifest.toBytes()));
    }

    /// An artifact that is no package, whose config has 2 bytes.
    private static Answer largerConfig(RawPush push) throws Exception {
        byte[] config = "{}".getBytes(UTF_8);
        Descriptor larger = Descriptor.of(MediaTypes.EMPTY_JSON, Digest.of(config), 3);
        Manifest manifest = new Manifest(
                Optional.of("application/vnd.example"), larger, List.of(), Optional.empty(), new TreeMap<>());
        push.blob(Digest.of(config), config);
        return push.document("any", MediaTypes.IMAGE_MANIFEST, manifest.toBytes());
    }

    /// The good build, its manifest changed.
    private static Build documented(String what, String by) {
        return new Build(GOOD.config(), GOOD.layer(), changed(GOOD.manifest(), what, by));
    }

    /// The good build, its config changed.
    private static Build configured(String what, String by) {
        return RawPush.building(changed(GOOD.config(), what, by), GOOD.layer());
    }

    private static byte[] changed(byte[] json, String what, String by) {
        String text = new String(json, UTF_8);
        assertThat(text).contains(what.replace('\'', '"'));
        return text.replace(what.replace('\'', '"'), by.replace('\'', '"')).getBytes(UTF_8);
    }

    private static Answer twice(RawPush push) throws Exception {
        String twice = new String(GOOD.manifest(), UTF_8).replaceFirst("\\{", "{\"schemaVersion\":2,");
        return push.build(new Build(GOOD.config(), GOOD.layer(), twice.getBytes(UTF_8)));
    }

    private static byte[] corruptElf() {
        byte[] elf = RawTar.elf(Arch.X86_64);
        // Its program headers would lie behind its end.
        elf[RawTar.PROGRAM_HEADERS_AT + 4] = 1;
        return elf;
    }

    private static byte[] cutElf() {
        byte[] elf = RawTar.elf(Arch.X86_64);
        return Arrays.copyOf(elf, elf.length - 1);
    }

    private static byte[] library() {
        byte[] elf = RawTar.elf(Arch.X86_64);
        elf[RawTar.TYPE_AT] = 3;
        return elf;
    }

    /// The good build with one more need of its kernel and machine.
    private static Build wanting(String need) {
        String config = new String(GOOD.config(), UTF_8).replace("\"unikernel\":{", "\"unikernel\":{" + need);
        return RawPush.building(config.replace('\'', '"').getBytes(UTF_8), GOOD.layer());
    }

    /// A release of one file.
    private static Build release(String title) {
        byte[] config = "{}".getBytes(UTF_8);
        byte[] file = "no kernel".getBytes(UTF_8);
        TreeMap<String, String> annotations = new TreeMap<>();
        annotations.put(Annotations.KERNEL_FAMILY, "nanos");
        annotations.put(Annotations.VERSION, "0.1");
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.KERNEL),
                Descriptor.of(MediaTypes.EMPTY_JSON, config),
                List.of(Descriptor.of(MediaTypes.KERNEL_FILE, file).withAnnotation(Annotations.TITLE, title)),
                Optional.empty(),
                annotations);
        return new Build(config, file, manifest.toBytes());
    }

    // ---- refused before anything travels

    /// @param words that stand in the sentence
    record Unbuildable(String name, byte[] program, List<String> words) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Unbuildable> builds() throws IOException {
        return List.of(
                new Unbuildable("for another processor", RawTar.elf(POWERPC), List.of("expected x86_64")),
                new Unbuildable("damaged", corruptElf(), List.of("unipkg.yaml: line 3:", "damaged ELF file")),
                new Unbuildable("cut off", cutElf(), List.of("line 3:", "cut off")),
                new Unbuildable("a library", library(), List.of("line 3:", "shared library")),
                new Unbuildable("no program", "#!/bin/sh\n".getBytes(UTF_8), List.of("not an ELF program")),
                new Unbuildable(
                        "without its libraries", Files.readAllBytes(Path.of("/usr/bin/dpkg")), List.of("libc.so.6")));
    }

    @ParameterizedTest
    @MethodSource("builds")
    void isNotBuiltAndNothingIsKept(Unbuildable unbuildable) throws Exception {
        Path source = Files.createTempDirectory(folder, "source");
        Files.write(source.resolve("app"), unbuildable.program());
        Files.writeString(source.resolve("unipkg.yaml"), """
                name: bad/unbuildable
                version: 1.0.0
                program: /bin/app
                files:
                  /bin/app: app
                """);
        PkgCommand pkg = stranger();
        Path nothing = Files.createTempDirectory(folder, "root");

        Result refused = pkg.run("build", source.toString(), "--root", nothing.toString());

        assertThat(refused.exitCode()).as(refused.talk()).isEqualTo(EXIT_REFUSED);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.talk()).contains(unbuildable.words()).doesNotContain("Exception");
        assertThat(printed(pkg.run("list", "--shelf"))).doesNotContain("unbuildable");
    }

    @Test
    void aPushWithoutAKeyIsRefusedAndStoresNothing() throws Exception {
        PkgCommand stranger = stranger();
        built(stranger, "bad/unasked", "1.0.0", "unasked");

        Result refused = stranger.run("push", "bad/unasked:1.0.0");

        assertThat(refused.exitCode()).isEqualTo(EXIT_REFUSED);
        assertThat(refused.talk()).contains("pkg login").doesNotContain("Exception");
        assertThat(stranger.run("info", "bad/unasked").exitCode()).isEqualTo(EXIT_NOT_FOUND);
    }

    @Test
    void aVersionThatExistsWithAnotherDigestIsRefusedNamingBoth() throws Exception {
        String first = publishText("library/fixed", "1.0.0", "first");
        PkgCommand other = publisherAt(registry.url());
        String second = built(other, "library/fixed", "1.0.0", "second");

        Result refused = other.run("push", "library/fixed:1.0.0");

        assertThat(refused.exitCode()).isEqualTo(EXIT_REFUSED);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.talk()).contains(first).contains(second).doesNotContain("Exception");
        assertThat(printed(stranger().run("get", "fixed:1.0.0"))).isEqualTo(first);
    }

    // ---- the disk

    @Test
    void aDiskThatFillsUpWhileComposingIsSaidAndLeavesNoImage() throws Exception {
        publishText("library/too-much", "1.0.0", randomText(4_000_000));
        publishKernel();
        Path home = Files.createTempDirectory(folder, "small");
        assumeTrue(
                mount("-t", "tmpfs", "-o", "size=512m", "tmpfs", home.toString()) == 0,
                "a full disk is tried on a small tmpfs, and only root may mount one");
        try {
            PkgCommand pkg = PkgCommand.pkg(home).at(registry.url());
            pkg.run("get", "too-much").succeeded();
            pkg.run("kernel", "get", "linux").succeeded();
            FileStore disk = Files.getFileStore(home);
            long used = disk.getTotalSpace() - disk.getUsableSpace();
            assertThat(mount("-o", "remount,size=" + (used + (1 << 20)), home.toString()))
                    .isZero();

            Result full = pkg.run("image", "build", "too-much", "--kernel", "linux");

            assertThat(full.exitCode()).as(full.talk()).isEqualTo(EXIT_FAILED);
            assertThat(full.output()).isEmpty();
            assertThat(full.talk()).containsAnyOf("disk is full", "no room for").doesNotContain("Exception");
            assertThat(mount("-o", "remount,size=512m", home.toString())).isZero();
            pkg.run("image", "build", "too-much", "--kernel", "linux").succeeded();
        } finally {
            new ProcessBuilder("umount", "-l", home.toString()).start().waitFor();
        }
    }

    private static int mount(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start().waitFor();
    }
}
