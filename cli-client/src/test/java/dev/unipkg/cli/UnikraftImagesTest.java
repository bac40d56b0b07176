package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.machine.boot.FakeQemu;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.SampleInstance;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.format.Digest;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Unikraft images from a registry, on a QEMU that has no machine.
@Timeout(120)
class UnikraftImagesTest {
    private static final int X86 = 62;
    private static final int ARM = 183;

    @TempDir
    Path temp;

    private FakeRegistry registry;
    private PkgCommand pkg;
    private Digest digest;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
        digest = image().withUsual("x86_64", X86).withUsual("arm64", ARM).publish("latest");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void imageComesToTheShelfWithItsKernelAndInitrd() throws IOException {
        Result got = pkg.run("get", "acme/web", "--arch", "x86_64");

        assertThat(got)
                .isEqualTo(
                        new Result(0, digest + "\n", "the Unikraft image acme/web:latest is on the shelf (x86_64)\n"));
        Path folder = onlyImage();
        assertThat(folder.resolve("kernel")).hasBinaryContent(SampleUnikraft.KERNEL);
        assertThat(folder.resolve("initrd")).hasBinaryContent(SampleUnikraft.INITRD);
    }

    @Test
    void programsAreToldWhatWasGot() {
        Result got = pkg.run("get", "acme/web:latest", "--all-archs", "--output", "json");

        assertThat(got.exit()).as(got.err()).isZero();
        assertThat(got.out()).startsWith("""
                {
                  "name": "acme/web",
                  "kind": "unikraft-image",
                  "tag": "latest",
                  "digest": "%s",
                  "source": "%s",
                  "builds": [
                    {
                      "platform": "qemu",
                      "arch": "x86_64",
                      "digest": "sha256:""".formatted(digest, registry.url()));
        assertThat(got.out()).contains("\"arch\": \"arm64\"", "\"kernelVersion\": \"0.17.0\"");
    }

    @Test
    void machineGetsTheImagesWordsItsEnvironmentAndTheUsersOwn() throws Exception {
        Result run = run("-d", "-e", "TOWN=A B", "--option", "netdev.ip=10.0.2.15/24:10.0.2.2", "-m", "96M");
        kill(instance());
        assertThat(run.exit()).as(run.err()).isZero();

        List<String> words = words();
        assertThat(words)
                .containsSubsequence("-machine", "pc")
                .containsSubsequence("-m", "96M")
                .containsSubsequence(
                        "-append",
                        "netdev.ip=10.0.2.15/24:10.0.2.2 vfs.fstab=[ \"initrd0:/:extract:::\" ]"
                                + " env.vars=[ \"MODE=plain\" \"TOWN=A B\" ] -- /usr/bin/web --serve");
        assertThat(Path.of(words.get(words.indexOf("-kernel") + 1))).hasBinaryContent(SampleUnikraft.KERNEL);
        assertThat(Path.of(words.get(words.indexOf("-initrd") + 1))).hasBinaryContent(SampleUnikraft.INITRD);
    }

    @Test
    void argumentsReplaceThoseOfTheImage() throws Exception {
        Result run = pkg.run(line("-d", "--", "/bin/other", "two words"));
        kill(instance());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(words()).anyMatch(word -> word.endsWith(" -- /bin/other \"two words\""));
    }

    @Test
    void restartBootsTheSameAgainAfterTheTagHasMoved() throws Exception {
        assertThat(run("-d", "--name", "web").exit()).isZero();
        List<String> booted = words();
        SampleUnikraft other = image();
        other.with(new SampleUnikraft.Build(
                        "qemu",
                        "x86_64",
                        List.of(other.kernelLayer(SampleUnikraft.kernel(X86, "another"))),
                        List.of("/another"),
                        List.of(),
                        List.of()))
                .publish("latest");

        Result again = pkg.run("restart", "--grace", "0", "web");

        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(words()).isEqualTo(booted);
        assertThat(pkg.run("ps").out()).containsPattern("web +acme/web:latest +up ");
        kill(instance());
        assertThat(pkg.run("rm", "web").exit()).isZero();
        Result moved = run("-d");
        kill(instance());
        assertThat(moved.exit()).as(moved.err()).isZero();
        assertThat(words()).containsSubsequence("-append", "/another");
    }

    @Test
    void programsAreToldWhatRuns() throws Exception {
        Result run = run("-d", "--name", "web", "--wait", "0", "--output", "json");
        kill(instance());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("\"package\": \"acme/web\"", "\"version\": \"latest\"", "\"kernel\": \"unikraft:0.17.0\"");
    }

    @Test
    void shelfIsEnoughOffline() throws IOException {
        pkg.run("get", "acme/web", "--arch", "x86_64");
        registry.seen.clear();
        for (String reference : List.of("acme/web", "acme/web:latest", "acme/web@" + digest)) {
            assertThat(pkg.run("get", reference, "--arch", "x86_64", "--offline"))
                    .extracting(Result::exit)
                    .isEqualTo(0);
        }
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void cacheKnowsTheImageAndItsContent() {
        pkg.run("get", "acme/web", "--arch", "x86_64");

        assertThat(pkg.run("cache", "ls").out())
                .containsPattern("package +acme/web:latest +")
                .containsPattern("image +acme/web:latest \\(unikraft:0.17.0\\) +")
                .doesNotContain("rest");
        assertThat(pkg.run("list", "--shelf").out()).containsPattern("acme/web +latest +" + registry.url());
        assertThat(pkg.run("cache", "rm", "acme/web:latest").exit()).isZero();
        assertThat(pkg.run("cache", "ls").out()).doesNotContain("acme/web");
    }

    @Test
    void infoAndContentsSayWhatItIs() {
        Result info = pkg.run("info", "acme/web");
        assertThat(info.exit()).as(info.err()).isZero();
        assertThat(info.out())
                .startsWith("acme/web:latest\n  a Unikraft image: a kernel that is linked with its program\n")
                .contains("  digest       " + digest, "  qemu/x86_64\n", "  qemu/arm64\n", "unikraft 0.17.0");
        assertThat(pkg.run("info", "acme/web", "--output", "json").out())
                .contains("\"kind\": \"unikraft-image\"", "\"platform\": \"qemu\"", "\"arch\": \"x86_64\"");

        Result contents = pkg.run("contents", "acme/web", "--arch", "x86_64");
        assertThat(contents.exit()).as(contents.err()).isZero();
        assertThat(contents.out())
                .containsPattern("file +" + SampleUnikraft.INITRD.length + " B +/unikraft/bin/initrd\n")
                .containsPattern("file +" + SampleUnikraft.KERNEL.length + " B +/unikraft/bin/kernel\n");
    }

    @Test
    void thereIsNothingToCompose() {
        assertThat(pkg.run("image", "build", "acme/web", "--arch", "x86_64")).isEqualTo(new Result(4, "", """
                pkg: acme/web:latest is a Unikraft image, whose kernel and program are one file; there is nothing to compose
                  next: run it with: pkg run
                """));
    }

    @Test
    void optionsWithoutEffectAreRefused() {
        assertThat(pkg.run("run", "acme/web", "--arch", "x86_64", "--kernel", "nanos"))
                .isEqualTo(new Result(2, "", """
                pkg: --kernel has no effect on acme/web:latest, a Unikraft image: its kernel is part of it
                  next: leave out --kernel
                """));
        for (String[] option : new String[][] {{"--klib", "tls"}, {"--writable", "1G"}, {"--uefi"}}) {
            List<String> line = new ArrayList<>(List.of("run", "acme/web", "--arch", "x86_64"));
            line.addAll(List.of(option));
            Result run = pkg.run(line.toArray(String[]::new));
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).startsWith("pkg: " + option[0] + " has no effect on acme/web:latest");
        }
        assertThat(pkg.run("run", "acme/web", "--arch", "x86_64", "-i").err()).isEqualTo("""
                pkg: -i is for linux: the kernel is unikraft:0.17.0, where programs have no standard input
                  next: leave out -i
                """);
    }

    @Test
    void kernelThatTheUserPrefersForPackagesIsNoObstacle() throws Exception {
        Files.createDirectories(temp.resolve("home"));
        Files.writeString(temp.resolve("home/config"), "kernel = nanos\nmemory = 80M\n");
        Result run = run("-d");
        kill(instance());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(words()).containsSubsequence("-m", "80M");
    }

    @Test
    void imageForAnotherMonitorOrArchitectureIsRefused() throws IOException {
        SampleUnikraft firecracker = new SampleUnikraft(registry, "acme/fc");
        firecracker
                .with(build(firecracker, "fc", "x86_64", SampleUnikraft.KERNEL))
                .publish("latest");
        assertThat(get("acme/fc")).isEqualTo(new Result(4, "", """
                pkg: acme/fc:latest is for another virtual machine monitor than QEMU: it has fc/x86_64
                  next: ask its publisher for a kernel for qemu, which kraft makes with --plat qemu
                """));
        SampleUnikraft arm = new SampleUnikraft(registry, "acme/arm");
        arm.withUsual("arm64", ARM).publish("latest");
        assertThat(get("acme/arm")).isEqualTo(new Result(3, "", """
                pkg: acme/arm:latest has no kernel for qemu/x86_64; it has qemu/arm64
                  next: choose another architecture with --arch
                """));
    }

    @Test
    void twoKernelsForOneArchitectureAreRefused() throws IOException {
        SampleUnikraft two = new SampleUnikraft(registry, "acme/two");
        two.withUsual("x86_64", X86)
                .with(build(two, "qemu", "x86_64", SampleUnikraft.KERNEL))
                .publish("latest");
        assertThat(get("acme/two").err()).isEqualTo("""
                pkg: acme/two:latest has 2 kernels for qemu/x86_64, which differ in settings only; expected one
                  next: ask its publisher for a tag with one of them
                """);
        SampleUnikraft twice = new SampleUnikraft(registry, "acme/twice");
        Json kernel = twice.kernelLayer(SampleUnikraft.KERNEL);
        Json other = twice.compressed(SampleUnikraft.kernel(X86, "another"));
        twice.with(new SampleUnikraft.Build("qemu", "x86_64", List.of(kernel, other), List.of(), List.of(), List.of()))
                .publish("latest");
        assertThat(get("acme/twice")).isEqualTo(new Result(4, "", "pkg: \"/unikraft/bin/kernel\" is there twice\n"));
    }

    @Test
    void imageWithoutAKernelOrWithOneForAnotherArchitectureIsRefused() throws IOException {
        SampleUnikraft none = new SampleUnikraft(registry, "acme/none");
        Json initrd = none.initrdLayer(SampleUnikraft.INITRD);
        none.with(new SampleUnikraft.Build("qemu", "x86_64", List.of(initrd), List.of(), List.of(), List.of()))
                .publish("latest");
        assertThat(get("acme/none")).isEqualTo(new Result(4, "", """
                pkg: the Unikraft image "acme/none:latest" has no kernel; expected the file "/unikraft/bin/kernel" in one of its layers
                """));
        SampleUnikraft wrong = new SampleUnikraft(registry, "acme/wrong");
        wrong.with(build(wrong, "qemu", "x86_64", SampleUnikraft.kernel(ARM, "arm")))
                .publish("latest");
        assertThat(get("acme/wrong"))
                .isEqualTo(new Result(4, "", "pkg: \"/unikraft/bin/kernel\" is for arm64, expected x86_64\n"));
        assertThat(temp.resolve("home/images"))
                .satisfiesAnyOf(
                        images -> assertThat(images).doesNotExist(),
                        images -> assertThat(images).isEmptyDirectory());
    }

    @Test
    void layerInGzipIsRead() throws IOException {
        SampleUnikraft image = new SampleUnikraft(registry, "acme/gzip");
        image.with(new SampleUnikraft.Build(
                        "qemu",
                        "x86_64",
                        List.of(image.compressed(SampleUnikraft.KERNEL)),
                        List.of(),
                        List.of(),
                        List.of()))
                .publish("latest");
        assertThat(get("acme/gzip").exit()).isZero();
        assertThat(onlyImage().resolve("kernel")).hasBinaryContent(SampleUnikraft.KERNEL);
    }

    @Test
    void layerThatIsNotWhatItsDigestSaysIsRefused() {
        String layer = layer();
        byte[] other = requireNonNull(registry.blobs.get(layer)).clone();
        other[600] ^= 1;
        registry.faults.put("/v2/acme/web/blobs/" + layer, new FakeRegistry.Fault.Replace(other));

        Result got = get("acme/web");

        assertThat(got.exit()).isEqualTo(4);
        assertThat(got.err()).startsWith("pkg: the content is " + Digest.of(other) + ", expected " + layer + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"manifests[0]", "config", "layers[0]"})
    void contentWithASha512IsRefusedBeforeItIsFetched(String path) {
        String sha512 = "sha512:" + "a".repeat(128);
        String index = document("acme/web:latest");
        String build = index.replaceFirst("(?s).*?(sha256:[0-9a-f]{64}).*", "$1");
        String named = sha512;
        if (!path.startsWith("manifests")) {
            String member = "(\"" + path.replace("[0]", "") + "\":.*?)sha256:[0-9a-f]{64}";
            byte[] manifest = document("acme/web:" + build)
                    .replaceFirst(member, "$1" + sha512)
                    .getBytes(UTF_8);
            named = Digest.of(manifest).toString();
            registry.documents.put("acme/web:" + named, new FakeRegistry.Document(MediaTypes.IMAGE_MANIFEST, manifest));
        }
        byte[] changed = index.replace(build, named).getBytes(UTF_8);
        registry.documents.put("acme/web:latest", new FakeRegistry.Document(MediaTypes.IMAGE_INDEX, changed));

        Result got = get("acme/web");
        assertThat(got.exit()).isEqualTo(4);
        assertThat(got.err())
                .endsWith("\"" + path + ".digest\" is \"" + sha512
                        + "\", expected sha256: and 64 lowercase hex digits, as in everything that pkg gets\n");
        assertThat(registry.seen)
                .extracting(FakeRegistry.Seen::path)
                .noneMatch(seen -> seen.contains("/blobs/") || seen.contains("sha512"));
    }

    private String document(String reference) {
        return new String(requireNonNull(registry.documents.get(reference)).bytes(), UTF_8);
    }

    @Test
    void layerThatWasDamagedOnTheShelfIsFetchedAgain() throws IOException {
        assertThat(get("acme/web").exit()).isZero();
        Path blob = temp.resolve("home/blobs/sha256/" + layer().substring("sha256:".length()));
        byte[] bytes = Files.readAllBytes(blob);
        bytes[600] ^= 1;
        Files.delete(blob);
        Files.write(blob, bytes);
        removeImages();

        Result again = get("acme/web");

        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.err()).contains(blob + " is damaged, and is brought here again\n");
        assertThat(onlyImage().resolve("kernel")).hasBinaryContent(SampleUnikraft.KERNEL);
    }

    // The layer with the kernel for x86_64.
    private String layer() {
        return registry.blobs.entrySet().stream()
                .filter(blob -> contains(blob.getValue(), SampleUnikraft.KERNEL))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        return new String(bytes, ISO_8859_1).contains(new String(part, ISO_8859_1));
    }

    private void removeImages() throws IOException {
        try (Stream<Path> files = Files.walk(temp.resolve("home/images"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static SampleUnikraft.Build build(SampleUnikraft image, String monitor, String architecture, byte[] kernel)
            throws IOException {
        return new SampleUnikraft.Build(
                monitor, architecture, List.of(image.kernelLayer(kernel)), List.of(), List.of(), List.of());
    }

    private SampleUnikraft image() {
        return new SampleUnikraft(registry, "acme/web");
    }

    private Result get(String reference) {
        return pkg.run("get", reference, "--arch", "x86_64");
    }

    private Path onlyImage() throws IOException {
        try (Stream<Path> folders = Files.list(temp.resolve("home/images"))) {
            return folders.findFirst().orElseThrow();
        }
    }

    private Result run(String... words) throws IOException {
        return pkg.run(line(words));
    }

    private String[] line(String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of("run", "acme/web", "--arch", "x86_64", "--accel", "tcg"));
        line.addAll(List.of("--qemu", qemu(), "--isolate"));
        line.addAll(List.of(words));
        return line.toArray(String[]::new);
    }

    // Notes its words before it does anything.
    private String qemu() throws IOException {
        return FakeQemu.in(temp, FakeQemu.STAYS, "printf '%s\\n' \"$@\" >'" + temp.resolve("words") + "'")
                .toString();
    }

    private List<String> words() throws IOException {
        return Files.readAllLines(temp.resolve("words"));
    }

    private Instance instance() throws IOException {
        return SampleInstance.all(temp.resolve("home/instances")).getFirst();
    }

    // And waits until the shell that holds it has ended, so that nothing is written any more.
    private static void kill(Instance instance) throws Exception {
        ProcessHandle machine = SampleInstance.machine(instance);
        ProcessHandle shell = machine.parent().flatMap(ProcessHandle::parent).orElseThrow();
        machine.destroyForcibly();
        shell.onExit().get();
    }
}
