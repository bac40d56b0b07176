package dev.unipkg.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.TreeLimits;
import dev.unipkg.kernels.file.SmallDisk;
import dev.unipkg.kernels.initrd.CpioReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposerTest {

    private static final FileTree TREE = FileTree.builder()
            .file("bin/serve", Content.ofText("a program"), true)
            .file("etc/serve.conf", "settings")
            .build();

    @TempDir
    Path temp;

    @Test
    void theSameInputsGiveTheSameBytes() throws IOException {
        Image.KernelAndInitrd first = linux(TREE, settings("/bin/serve", Map.of()), "first");
        Image.KernelAndInitrd second = linux(TREE, settings("/bin/serve", Map.of()), "second");
        assertThat(first.initrd()).hasSameBinaryContentAs(second.initrd());
        assertThat(first.kernel()).hasSameBinaryContentAs(second.kernel());
        assertThat(first.commandLine())
                .isEqualTo(second.commandLine())
                .isEqualTo(
                        "console=ttyS0 no_timer_check quiet loglevel=3 panic=-1 rootfstype=ramfs rdinit=/.unipkg/verify");
    }

    @Test
    void largePackageIsOnADiskWhereTheKernelReadsIt() throws IOException {
        Path sparse = temp.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(65L << 20);
        }
        FileTree large =
                TREE.toBuilder().file("large", Content.ofFile(sparse), false).build();
        SortedMap<String, Content> files = KernelFiles.titled("modules/02-erofs.ko", "modules/03-overlay.ko");
        files.putAll(KernelFiles.linux().files());
        KernelRelease reads = new KernelRelease(Family.LINUX, new Version("1"), Arch.X86_64, files);
        ImageSettings settings = settings("/bin/serve", Map.of());

        Image.KernelAndInitrd image =
                (Image.KernelAndInitrd) Composer.compose(reads, large, settings, temp.resolve("disk"));
        assertThat(filesIn(temp.resolve("disk"))).containsExactlyInAnyOrder("vmlinuz", "initrd.cpio", "root.erofs");
        assertThat(image.disk()).contains(temp.resolve("disk/root.erofs"));
        assertThat(image.disk().orElseThrow()).hasSize(Files.size(sparse) + 14 * 4096);
        FileTree initrd = CpioReader.read(image.initrd(), TreeLimits.DEFAULT);
        assertThat(initrd.root().children().keySet()).containsExactly(".unipkg", "dev", "init");

        Image small = Composer.compose(reads, TREE, settings, temp.resolve("small"));
        assertThat(((Image.KernelAndInitrd) small).disk()).isEmpty();
        assertThat(linux(large, settings, "none").disk()).isEmpty();
        assertThat(filesIn(temp.resolve("none"))).containsExactlyInAnyOrder("vmlinuz", "initrd.cpio");
    }

    @Test
    void kernelOptionsAreWordsOfTheCommandLine() throws IOException {
        assertThat(linux(TREE, settings("/bin/serve", Map.of("loglevel", "7", "nosmp", "")), "image")
                        .commandLine())
                .endsWith(" loglevel=7 nosmp");
        for (Map<String, String> options :
                List.of(Map.of("a b", "1"), Map.of("a", "1 init=/x"), Map.of("a", "\""), Map.of("", "1"))) {
            assertThat(refusal(KernelFiles.linux(), TREE, settings("/bin/serve", options)))
                    .isInstanceOf(ProgramRefusal.ImpossibleSetting.class);
        }
    }

    @Test
    void aProgramThatIsNotThereIsRefusedAndLeavesNothing() throws IOException {
        for (String program : List.of("/bin/other", "/bin", "", "../x")) {
            assertThat(refusal(KernelFiles.linux(), TREE, settings(program, Map.of())))
                    .isEqualTo(new ProgramRefusal.NoProgram(program));
        }
        assertThat(filesIn(temp.resolve("image"))).isEmpty();
    }

    @Test
    void aReleaseWithoutItsKernelIsRefusedAndLeavesNothing() throws IOException {
        SortedMap<String, Content> files = KernelFiles.titled("busybox", "init");
        KernelRelease release = new KernelRelease(Family.LINUX, new Version("1"), Arch.X86_64, files);
        assertThat(refusal(release, TREE, settings("/bin/serve", Map.of())))
                .isEqualTo(new ProgramRefusal.MissingKernelFile("linux:1", "vmlinuz"));
        assertThat(filesIn(temp.resolve("image"))).isEmpty();
    }

    @Test
    void aPackageThatWantsTheGuestsPlaceIsRefused() {
        FileTree tree = TREE.toBuilder().file(".unipkg/init", "mine").build();
        assertThat(refusal(KernelFiles.linux(), tree, settings("/bin/serve", Map.of())))
                .isInstanceOf(ArchiveRefusal.Conflict.class);
    }

    @Test
    void unikraftIsRefusedInASentence() {
        KernelRelease release =
                new KernelRelease(Family.UNIKRAFT, new Version("1"), Arch.X86_64, KernelFiles.titled("kernel"));
        assertThat(refusal(release, TREE, settings("/bin/serve", Map.of())))
                .isInstanceOfSatisfying(
                        ProgramRefusal.ImpossibleSetting.class,
                        refusal -> assertThat(refusal.message()).contains("unikraft"));
    }

    @Test
    void optionsThatFollowFromOtherSettingsAreRefusedForNanos() {
        KernelRelease release = new KernelRelease(
                Family.NANOS, new Version("1"), Arch.X86_64, KernelFiles.titled("boot.img", "kernel.img"));
        assertThat(refusal(release, TREE, settings("/bin/serve", Map.of("program", "/bin/other"))))
                .isInstanceOf(ProgramRefusal.ImpossibleSetting.class);
    }

    @Test
    void aFullDiskLeavesNothing() throws Exception {
        try (SmallDisk disk = SmallDisk.orSkip(temp)) {
            FileTree large = TREE.toBuilder()
                    .file("large", new Content.Bytes(new byte[4 << 20]), false)
                    .build();
            try {
                Composer.compose(KernelFiles.linux(), large, settings("/bin/serve", Map.of()), disk.folder());
                throw new AssertionError("composed 4 MiB on a disk of 1 MiB");
            } catch (RefusedException e) {
                assertThat(e.refusal()).isInstanceOf(ContentRefusal.DiskFull.class);
            }
            assertThat(filesIn(disk.folder())).isEmpty();
        }
    }

    @Test
    void aBuildsOwnSettingsStartWithItsEntrypoint() throws RefusedException {
        UnikernelSettings unikernel = UnikernelSettings.NONE;
        Execution execution = new Execution(
                List.of("/bin/serve", "-v"),
                List.of("--port", "80"),
                new TreeMap<>(Map.of("A", "b")),
                "/srv",
                new TreeSet<>(),
                new TreeSet<>());
        ImageSettings settings = ImageSettings.of(new ImageConfig(Arch.X86_64, execution, List.of(), unikernel));
        assertThat(settings.program()).isEqualTo("/bin/serve");
        assertThat(settings.arguments()).isEqualTo(List.of("-v", "--port", "80"));
        assertThat(settings.workingDirectory()).isEqualTo("/srv");
        assertThat(settings.environment()).isEqualTo(Map.of("A", "b"));
    }

    private Image.KernelAndInitrd linux(FileTree tree, ImageSettings settings, String folder) throws IOException {
        return (Image.KernelAndInitrd) Composer.compose(KernelFiles.linux(), tree, settings, temp.resolve(folder));
    }

    private Object refusal(KernelRelease release, FileTree tree, ImageSettings settings) {
        try {
            return Composer.compose(release, tree, settings, temp.resolve("image"));
        } catch (RefusedException e) {
            return e.refusal();
        } catch (IOException e) {
            return e;
        }
    }

    private static ImageSettings settings(String program, Map<String, String> options) {
        return new ImageSettings(
                program, List.of(), new TreeMap<>(), "", 0, List.of(), new TreeMap<>(options), Firmware.BIOS);
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
