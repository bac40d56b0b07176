package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.nanos.NanosGuest.Ended;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Boots what is written, with the real kernel under QEMU, where there is a [NanosGuest]; elsewhere these tests say
/// what is missing and are skipped.
class NanosBootTest {

    private static final long MIB = 1 << 20;

    @TempDir
    static Path tools;

    @TempDir
    Path folder;

    private static NanosGuest guest;

    @BeforeAll
    static void buildTheProgram() throws IOException, InterruptedException {
        guest = NanosGuest.of(Arch.X86_64, tools);
    }

    /// Before each test rather than before all, so that each is reported as skipped, with the reason.
    @BeforeEach
    void skipWhereNothingCanBoot() {
        guest.orSkip();
    }

    private Path image(Value.Tuple more, long writable, String... arguments) throws IOException {
        return image(guest.tree(), more, writable, arguments);
    }

    private Path image(FileTree root, Value.Tuple more, long writable, String... arguments) throws IOException {
        Path image = folder.resolve("disk.img");
        NanosImage.write(
                new NanosSpec(guest.kernel(false), root, NanosGuest.attributes(more, arguments), writable), image);
        return image;
    }

    private Ended boot(Path... disks) throws IOException, InterruptedException {
        return guest.boot(List.of(), disks);
    }

    private static void requireSound(Path image) throws IOException {
        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.check()).allMatch(Finding::isHarmless);
        }
    }

    private static String read(Path image, String path) throws IOException {
        try (NanosReader reader = NanosReader.open(image)) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            reader.root().cat(path, content);
            return content.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void theFirstBootFindsItsFilesAndItsEnvironment() throws Exception {
        Path image = image(Value.Tuple.EMPTY, MIB, "cat", "/greeting", "cat", "/empty", "env", "COLOUR");

        Ended ended = boot(image);

        assertThat(ended.console()).contains("/greeting: hello\n").contains("COLOUR is green");
        assertThat(ended.exitCode()).isZero();
        requireSound(image);
    }

    @Test
    void whatWasWrittenIsThereAtTheSecondAndTheThirdBoot() throws Exception {
        Path image = image(
                Value.Tuple.EMPTY,
                MIB,
                "append",
                "/data/visits",
                "once",
                "append",
                "/etc/greeting",
                "again",
                "cat",
                "/data/visits");

        for (int i = 1; i <= 3; i++) {
            Ended ended = boot(image);
            assertThat(ended.exitCode()).as(ended.console()).isZero();
            assertThat(ended.console().split("/data/visits: once\n", -1)).hasSize(i + 1);
            requireSound(image);
        }
        assertThat(read(image, "etc/greeting")).isEqualTo("hello\n" + "again\n".repeat(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 42, 126})
    void theExitCodeOfTheProgramIsThatOfTheMachine(int code) throws Exception {
        Path image = image(Value.Tuple.EMPTY, MIB, "exit", Integer.toString(code));

        assertThat(boot(image).exitCode()).isEqualTo(code);

        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.kernelLog().map(KernelLog::exitCode))
                    .isEqualTo(code == 0 ? Optional.empty() : Optional.of(code));
        }
    }

    @Test
    void aVolumeIsMountedByItsLabelAndKeepsWhatIsWritten() throws Exception {
        Path volume = folder.resolve("volume.raw");
        new NanosVolume(
                        "store",
                        Optional.empty(),
                        FileTree.builder().file("given", "from outside\n").build(),
                        MIB)
                .write(volume);
        Path image = image(
                Value.Tuple.EMPTY.with("mounts", Value.texts(Map.of("store", "/mnt/store"))),
                MIB,
                "cat",
                "/mnt/store/given",
                "append",
                "/mnt/store/kept",
                "line",
                "cat",
                "/mnt/store/kept");

        assertThat(boot(image, volume).console()).contains("/mnt/store/given: from outside\n");
        Ended second = boot(image, volume);

        assertThat(second.exitCode()).as(second.console()).isZero();
        requireSound(volume);
        assertThat(read(volume, "kept")).isEqualTo("line\nline\n");
    }

    @Test
    void aTreeWhoseRecordTakesSeveralLogExtensionsBootsTwice() throws Exception {
        FileTree.Builder root = FileTree.builder().file("bin/program", Content.ofFile(guest.program()), true);
        for (int i = 0; i < 12_000; i++) {
            root.file("srv/file with a number that is " + i, "content");
        }
        Path image = image(
                root.build(),
                Value.Tuple.EMPTY,
                MIB,
                "count",
                "/srv",
                "cat",
                "/srv/file with a number that is 11999",
                "append",
                "/srv/new",
                "x");

        assertThat(boot(image).console()).contains("/srv has 12002 entries").contains("11999: content");
        assertThat(boot(image).console()).contains("/srv has 12003 entries");
        requireSound(image);
    }
}
