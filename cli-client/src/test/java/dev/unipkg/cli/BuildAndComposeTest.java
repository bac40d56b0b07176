package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleKernel;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildAndComposeTest {
    @TempDir
    Path temp;

    private FakeRegistry registry;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aProgramOfThisMachineIsBuiltPushedAndGot() {
        Result built = pkg.run("build", "/bin/true", "-t", "acme/true:1.0");
        assertThat(built.exit()).as(built.err()).isZero();
        assertThat(built.err()).contains("built acme/true:1.0 (" + Arch.host() + "), ");

        Result pushed = pkg.run("push", "acme/true:1.0");
        assertThat(pushed.exit()).as(pushed.err()).isZero();
        assertThat(pushed.out()).isEqualTo(built.out());

        Result got = PkgCommand.at(temp.resolve("stranger"), registry).run("get", "acme/true:1.0");
        assertThat(got.exit()).as(got.err()).isZero();
        assertThat(got.out()).isEqualTo(built.out());
    }

    @Test
    void theSameSourceGivesTheSameDigestOnAnotherShelf() {
        String first = pkg.run("build", "/bin/true", "-t", "acme/true:1.0").out();
        String second = PkgCommand.at(temp.resolve("other"), registry)
                .run("build", "/bin/true", "-t", "acme/true:1.0")
                .out();

        assertThat(first).isNotEmpty().isEqualTo(second);
    }

    @Test
    void whatWasOnlyBuiltHereIsNamedToWhoLeavesOutItsVersion() {
        pkg.run("build", "/bin/true", "-t", "zed:1");

        assertThat(pkg.run("get", "zed")).isEqualTo(new Result(3, "", """
            pkg: %s has no library/zed; library/zed:1 was built here
              next: name it as library/zed:1, or publish it with: pkg push library/zed:1
            """.formatted(registry.url())));
    }

    @Test
    void aProgramAloneMustBeNamed() {
        Result result = pkg.run("build", "/bin/true");

        assertThat(result).isEqualTo(new Result(2, "", """
            pkg: an ELF program alone says neither its package's name nor its version
              next: name both: pkg build /bin/true -t name:version
            """));
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "stable"})
    void aVersionThatIsCalledLikeATagIsNotBuilt(String tag) {
        Result result = pkg.run("build", "/bin/true", "-t", "acme/true:" + tag);

        assertThat(result).isEqualTo(new Result(4, "", """
            pkg: "%s" is a tag, which moves, and no version; expected a version such as 1.2.3
            """.formatted(tag)));
        assertThat(pkg.run("list", "--shelf").out()).doesNotContain("acme/true");
    }

    @Test
    void whatNobodyMayPublishUnderTheNameOfKernelsIsNotBuilt() {
        Result result = pkg.run("build", "/bin/true", "-t", "kernels/true:1.0");

        assertThat(result).isEqualTo(new Result(4, "", """
            pkg: "kernels" is reserved for the registry itself; choose another name
            """));
        assertThat(pkg.run("list", "--shelf").out()).doesNotContain("kernels/true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kernel: nanos, options: {mounts: x} | the setting \"mounts\" is no tuple of volumes",
                "kernel: nanos, options: {program: x} | the setting \"program\" is no option of the kernel",
                "kernel: linux, options: {a: x y} | the setting \"a\" is no word of a kernel's command line",
                "files: {/.unipkg: {text: x}} | \".unipkg\" is where guests on linux have their own files",
                "files: {/TRAILER!!!: {text: x}} | \"TRAILER!!!\" would end the initrd in its middle",
            })
    void whatNobodyCouldComposeIsNotBuilt(String settings, String sentence) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("source"));
        Files.writeString(
                folder.resolve("unipkg.yaml"),
                "{name: acme/true, version: '1.0', program: /bin/true, " + settings + "}");
        Result result = pkg.run("build", folder.toString());

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).startsWith("pkg: " + folder + "/unipkg.yaml: line 1: " + sentence);
        assertThat(pkg.run("list", "--shelf").out()).doesNotContain("acme/true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory: 256                          | line 4: the setting \"memory\" is 256, which is 256 bytes;"
                        + " write 256M",
                "memory: 1M                           | line 4: the setting \"memory\" is 1048576 bytes; expected at"
                        + " least",
                "readiness: {port: 81}                | line 4: the setting \"readiness\" asks port 81, which is not"
                        + " among",
                "resume: sometimes                    | line 4: \"resume\" is \"sometimes\", expected safe, never,",
                "resume: {safe: false}                | line 4: \"resume.safe\" is \"false\", expected true; a program",
                "memroy: 1g                           | line 4: there is no setting \"memroy\"; did you mean memory?",
                "files: {/bin/true: true}             | line 3: the program \"/bin/true\" is not executable; chmod +x",
                "description: '%s'                    | line 4: \"annotations.org.opencontainers.image.description\""
                        + " is",
                "directories: [/tmp/, /../x]          | line 4: the path \"../x\" could leave the root; write it",
                "files: {/srv: 'gone'}                | line 4: \"files./srv\" is \"gone\", expected a file or folder",
            })
    void whatIsWrongIsToldWithTheFileAndTheLine(String setting, String sentence) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("source"));
        Files.copy(Path.of("/bin/true"), folder.resolve("true"));
        assertThat(folder.resolve("true").toFile().setExecutable(false)).isTrue();
        Files.writeString(
                folder.resolve("unipkg.yaml"),
                "name: acme/true\nversion: 1.0\nprogram: /bin/true\n" + setting.formatted("x".repeat(4097)));

        Result result = pkg.run("build", folder.toString());

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("pkg: " + folder + "/unipkg.yaml: " + sentence);
    }

    @Test
    void aRootThatIsNoFolderIsAMistakeOfTheCommandLine() {
        assertThat(pkg.run("build", "/bin/true", "-t", "acme/true:1", "--root", "/bin/true"))
                .isEqualTo(new Result(2, "", """
                    pkg: --root is /bin/true, which is no folder
                      next: name the folder that is / for the program, such as an unpacked distribution
                    """));
        assertThat(pkg.run("build", "/bin/true", "-t", "acme/true:1", "--root", "/nope")
                        .exit())
                .isEqualTo(3);
    }

    @Test
    void aFolderWithoutSettingsIsToldTheNextStep() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("bare"));

        assertThat(pkg.run("build", folder.toString())).isEqualTo(new Result(3, "", """
            pkg: there is no file %s/unipkg.yaml
              next: pkg init %s writes one
            """.formatted(folder, folder)));
    }

    @Test
    void anImageIsComposedOnceForTheSameInputs() throws IOException {
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
        Result first = compose("--env", "A=1");
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.err()).contains("composing acme/tool:1.0 with linux:6.1\n");

        registry.seen.clear();
        Result again = compose("--env", "A=1");
        assertThat(again.out()).isEqualTo(first.out());
        assertThat(again.err()).doesNotContain("composing");
        assertThat(registry.seen).as("all of it is on the shelf").isEmpty();

        Result other = compose("--env", "A=2");
        assertThat(other.out()).isNotEqualTo(first.out());
    }

    @Test
    void theCommandLineGoesOverTheConfigAndTheConfigOverThePackage() throws IOException {
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
        SampleKernel.publish(registry, "6.2");
        assertThat(pkg.run("kernel", "use", "linux:6.2").out()).isEqualTo("linux:6.2\n");

        assertThat(pkg.run("image", "build", "acme/tool:1.0", "--arch", "x86_64")
                        .err())
                .contains("acme/tool:1.0 with linux:6.2");
        assertThat(compose().err()).contains("acme/tool:1.0 with linux:6.1");
        Result result = compose("-e", "MODE=other=x", "--output", "json", "--", "--once");
        assertThat(Files.readString(
                        Path.of(json(result.out(), "initrd")), java.nio.charset.StandardCharsets.ISO_8859_1))
                .as("the script that starts the program")
                .contains("'MODE=other=x'")
                .contains("'--once'")
                .doesNotContain("--serve");
    }

    @Test
    void whatTheKernelCannotHaveIsAUsageError() throws IOException {
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
        assertThat(compose("--klib", "tls")).isEqualTo(new Result(2, "", """
            pkg: --klib names a kernel library of nanos, but the kernel is linux:6.1, which has none
              next: leave out --klib, or choose --kernel nanos
            """));
        assertThat(compose("--uefi")).isEqualTo(new Result(2, "", """
            pkg: --uefi is for the disk of an image of nanos, but the kernel is linux:6.1, which has none
              next: leave out --uefi, or choose --kernel nanos
            """));
        Result writable = compose("--writable", "1G");
        assertThat(writable.exit()).isEqualTo(2);
        assertThat(writable.err()).startsWith("pkg: --writable is for the disk of an image of nanos, ");
        assertThat(compose().exit()).isZero();
    }

    @Test
    void whatWasBuiltHereIsUsedOfflineWithoutItsVersion() throws IOException {
        new SampleVersion("1.0", 10, Arch.X86_64).publish(registry, "acme/true", "1.0");
        assertThat(pkg.run("get", "acme/true:1.0", "--arch", "x86_64").exit()).isZero();
        pkg.run("build", "/bin/true", "-t", "acme/true:1.9");
        String newest = pkg.run("build", "/bin/true", "-t", "acme/true:1.10").out();
        Result offline = pkg.run("get", "acme/true", "--offline");

        assertThat(offline)
                .isEqualTo(new Result(0, newest, "acme/true:1.10 is on the shelf (%s)\n".formatted(Arch.host())));
        assertThat(pkg.run("get", registry.authority() + "/acme/true", "--arch", "x86_64", "--offline")
                        .err())
                .as("of the registry only what came from it")
                .isEqualTo("acme/true:1.0 is on the shelf (x86_64)\n");
    }

    @Test
    void aPackageGetsAKernelOfTheRangeItAsksFor() throws IOException {
        SampleKernel.publish(registry, "1.0", "stable");
        SampleKernel.publish(registry, "1.9");
        SampleKernel.publish(registry, "2.0");
        // Names that would be in the range if they were versions.
        SampleKernel.publish(registry, "1.1", "1.9.9", "nightly");
        build(">=1.5 <2");

        assertThat(composeRanged().err()).contains("acme/ranged:1.0 with linux:1.9\n");
        build(">=3");
        assertThat(composeRanged()).isEqualTo(new Result(3, "", """
            pkg: there is no release of linux >=3 at %s
              next: see what there is with: pkg kernel list, or choose another family with --kernel
            """.formatted(registry.url())));
    }

    @Test
    void aReleaseThatLacksTheArchitectureGivesWayToALowerOneThatHasIt() throws IOException {
        SampleKernel.publish(registry, "1.9");
        SampleKernel.publishFor(Arch.ARM64, registry, "2.0");
        build(">=1.5");

        assertThat(composeRanged().err()).contains("acme/ranged:1.0 with linux:1.9\n");
    }

    private void build(String range) throws IOException {
        Path source = Files.createDirectories(temp.resolve("ranged"));
        Files.writeString(source.resolve("unipkg.yaml"), """
            name: acme/ranged
            version: 1.0
            program: /bin/true
            kernel: {family: linux, versions: "%s"}
            """.formatted(range));
        Result built = pkg.run("build", source.toString());
        assertThat(built.exit()).as(built.err()).isZero();
    }

    private Result composeRanged() {
        return pkg.run("image", "build", "acme/ranged:1.0");
    }

    @Test
    void whoNamesNoFamilyGetsOneThatThereIs() throws IOException {
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        Result none = pkg.run("image", "build", "acme/tool:1.0", "--arch", "x86_64");
        assertThat(none.exit()).isEqualTo(3);
        assertThat(none.err()).contains("there is no release of any kernel for x86_64");

        SampleKernel.publish(registry, "6.1", "stable");
        assertThat(pkg.run("image", "build", "acme/tool:1.0", "--arch", "x86_64")
                        .err())
                .contains("acme/tool:1.0 with linux:6.1");
        SampleKernel.publish(registry, "6.2", "stable");
        assertThat(pkg.run("--offline", "image", "build", "acme/tool:1.0", "--arch", "x86_64", "-e", "A=b")
                        .err())
                .as("the shelf's own stable stays")
                .contains("acme/tool:1.0 with linux:6.1");
    }

    @Test
    void aPackageThatAsksForMoreThanThisHostHasIsNotStarted() throws IOException {
        SampleKernel.publish(registry, "6.1", "stable");
        Path source = Files.createDirectories(temp.resolve("greedy"));
        Files.writeString(source.resolve("unipkg.yaml"), """
            name: acme/greedy
            version: 1.0
            program: /bin/true
            kernel: {family: linux}
            memory: 16 TiB
            cpus: 1024
            writable: 1 TiB
            """);
        assertThat(pkg.run("build", source.toString()).exit()).isZero();
        Result result = pkg.run("run", "acme/greedy:1.0", "--qemu", "/bin/false");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("acme/greedy:1.0 wants 16.0 TiB of memory, and this host has ")
                .contains("next: give it less with -m; it needs ");
        Result less = pkg.run("run", "acme/greedy:1.0", "-m", "256M", "--host-access", "--qemu", "/bin/false");
        assertThat(less.err()).startsWith("pkg: qemu-system-").contains(" failed\n");
        assertThat(pkg.run("run", "acme/greedy:1.0", "--cpus", "256").exit()).isEqualTo(2);
    }

    @Test
    void anImageIsCopiedWhereItIsWanted() throws IOException {
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
        Path target = temp.resolve("image");
        Result result = compose("-o", target.toString());

        assertThat(result.out()).isEqualTo(target + "\n");
        assertThat(target.resolve("vmlinuz")).hasContent("kernel 6.1");
        assertThat(target.resolve("initrd.cpio")).isNotEmptyFile();
        assertThat(target.resolve("cmdline")).content().contains("console=ttyS0");
    }

    @Test
    void imageOfALargePackageIsCopiedWithItsDisk() throws IOException {
        new SampleVersion("1.0", 66 << 20, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publishWithDisk(registry, "6.1", "stable");
        Path target = temp.resolve("image");
        Result result = compose("-o", target.toString(), "--output", "json");

        assertThat(json(result.out(), "root")).isEqualTo(target + "/root.erofs");
        assertThat(Files.size(target.resolve("root.erofs"))).isGreaterThan(66 << 20);
        assertThat(Files.size(target.resolve("initrd.cpio"))).isLessThan(1 << 20);
    }

    @Test
    void anImageIsCopiedToWhatItIs() throws IOException {
        new SampleVersion("1.0", 5000, Arch.X86_64, Arch.ARM64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
        SampleKernel.publishNanos(Arch.ARM64, registry, "0.1.55", "stable");
        Path file = Files.createFile(temp.resolve("file"));
        Result folder = compose("-o", file.toString());
        Result disk = pkg.run(
                "image", "build", "acme/tool:1.0", "--arch", "arm64", "--kernel", "nanos", "-o", temp.toString());

        assertThat(folder.exit()).as(folder.err()).isEqualTo(2);
        assertThat(folder.err()).contains("pkg: " + file + " is a file; ");
        assertThat(disk.exit()).as(disk.err()).isEqualTo(2);
        assertThat(disk.err())
                .contains("pkg: " + temp + " is a folder; the image is one file\n")
                .endsWith("  next: name that file: -o " + temp + "/disk.img\n");
    }

    @Test
    void anImageIsCopiedToNoFolderThatIsNotThere() throws IOException {
        Path target = temp.resolve("mistyped").resolve("image");

        assertThat(compose("-o", target.toString()))
                .isEqualTo(new Result(3, "", """
                    pkg: there is no folder %s to copy the image to
                      next: make it first, or correct -o %s
                    """.formatted(target.getParent(), target)));
        assertThat(target.getParent()).doesNotExist();
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void aKernelIsGotFromItsChannel() throws IOException {
        String digest = SampleKernel.publish(registry, "6.1", "stable").toString();
        Result result = pkg.run("kernel", "get", "linux", "--arch", "x86_64");

        assertThat(result).isEqualTo(new Result(0, digest + "\n", "linux:6.1 is on the shelf (x86_64, 3 files)\n"));
    }

    @Test
    void aKernelNobodyHasIsNotFound() {
        Result result = pkg.run("kernel", "get", "linux:9.9", "--arch", "x86_64");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).startsWith("pkg: %s has no linux:9.9\n".formatted(registry.url()));
    }

    @Test
    void aKernelThatIsNotForTheArchitectureIsNamedAsItWasTyped() throws IOException {
        SampleKernel.publish(registry, "6.1");

        assertThat(pkg.run("kernel", "get", "linux:6.1", "--arch", "riscv64").err())
                .startsWith("pkg: linux:6.1 has no build for riscv64; it has x86_64\n");
    }

    @Test
    void aKernelNobodyHasIsNotChosen() throws IOException {
        SampleKernel.publish(registry, "6.1");
        assertThat(pkg.run("kernel", "use", "linux").exit()).isZero();
        Result release = pkg.run("kernel", "use", "linux:9.9");

        assertThat(release).isEqualTo(new Result(3, "", """
            pkg: %s has no linux:9.9
              next: see what there is with: pkg kernel list linux
            """.formatted(registry.url())));
        Result family = pkg.run("kernel", "use", "unikraft");
        assertThat(family.exit()).isEqualTo(3);
        assertThat(family.err()).startsWith("pkg: there is no release of unikraft at " + registry.url() + "\n");
        assertThat(temp.resolve("home/config")).hasContent("kernel = linux\n");
    }

    @Test
    void offlineAKernelIsChosenFromTheShelf() throws IOException {
        SampleKernel.publish(registry, "6.1", "stable");
        assertThat(pkg.run("kernel", "get", "linux", "--arch", "x86_64").exit()).isZero();
        registry.seen.clear();

        assertThat(pkg.run("kernel", "use", "linux:6.1", "--offline").exit()).isZero();
        assertThat(pkg.run("kernel", "use", "linux", "--offline").exit()).isZero();
        assertThat(pkg.run("kernel", "use", "linux:9.9", "--offline").exit()).isEqualTo(5);
        assertThat(pkg.run("kernel", "use", "nanos", "--offline"))
                .isEqualTo(new Result(5, "", """
                    pkg: there is no release of nanos from %s on the shelf, and --offline was given
                      next: get one without --offline: pkg kernel get nanos
                    """.formatted(registry.url())));
        assertThat(registry.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel get lnux",
                "kernel use lnux:6.1",
                "kernel list lnux",
                "kernel push lnux /nowhere",
                "image build acme/tool:1.0 --kernel lnux"
            })
    void aFamilyThatThereIsNotIsAUsageError(String line) {
        Result result = pkg.run(line.split(" "));

        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains("lnux").contains("  next: see: pkg ");
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void aFamilyInTheConfigFileThatThereIsNotIsAUsageError() throws IOException {
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        Files.createDirectories(temp.resolve("home"));
        Files.writeString(temp.resolve("home/config"), "kernel = lnux:6.1\n");

        assertThat(pkg.run("image", "build", "acme/tool:1.0", "--arch", "x86_64"))
                .isEqualTo(new Result(2, "", """
                    pkg: the config file sets kernel to "lnux:6.1": not a kernel family: "lnux"; expected nanos, linux or unikraft
                      next: choose another one: pkg kernel use <kernel>
                    """));
        assertThat(registry.seen).isEmpty();
    }

    private Result compose(String... more) {
        List<String> args = new java.util.ArrayList<>(
                List.of("image", "build", "acme/tool:1.0", "--arch", "x86_64", "--kernel", "linux"));
        args.addAll(List.of(more));
        return pkg.run(args.toArray(String[]::new));
    }

    private static String json(String text, String key) {
        return text.lines()
                .filter(line -> line.contains('"' + key + '"'))
                .map(line -> line.replaceAll(".*: \"|\",?$", ""))
                .findFirst()
                .orElseThrow();
    }
}
