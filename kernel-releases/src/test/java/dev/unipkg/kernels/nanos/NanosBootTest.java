package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Boots what is written, with the real kernel under QEMU. The kernel is no part of unipkg: the environment variable
/// `UNIPKG_NANOS_RELEASE` names a release tarball for x86_64; without it, without `qemu-system-x86_64` or without
/// `gcc`, these tests say so and are skipped.
class NanosBootTest {

    private static final long MIB = 1 << 20;

    /// A program that does what its arguments say, one after the other.
    private static final String PROGRAM = """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            #include <dirent.h>
            int main(int count, char **words) {
                for (int i = 1; i < count; i++) {
                    if (!strcmp(words[i], "exit")) {
                        exit(atoi(words[++i]));
                    } else if (!strcmp(words[i], "append")) {
                        FILE *file = fopen(words[++i], "a");
                        if (!file || fprintf(file, "%s\\n", words[++i]) < 0) { perror("append"); return 90; }
                        if (fflush(file) || fsync(fileno(file)) || fclose(file)) { perror("append"); return 91; }
                    } else if (!strcmp(words[i], "cat")) {
                        char line[256];
                        FILE *file = fopen(words[++i], "r");
                        if (!file) { perror("cat"); return 92; }
                        while (fgets(line, sizeof line, file)) printf("%s: %s", words[i], line);
                        fclose(file);
                    } else if (!strcmp(words[i], "count")) {
                        int entries = 0;
                        DIR *directory = opendir(words[++i]);
                        if (!directory) { perror("count"); return 93; }
                        while (readdir(directory)) entries++;
                        printf("%s has %d entries\\n", words[i], entries);
                    } else if (!strcmp(words[i], "env")) {
                        printf("%s is %s\\n", words[i + 1], getenv(words[i + 1])), i++;
                    }
                }
                return 0;
            }
            """;

    @TempDir
    static Path tools;

    @TempDir
    Path folder;

    private static NanosTarball release;
    private static Path program;

    /// Why nothing can be booted here; empty when everything is there.
    private static String missing = "";

    @BeforeAll
    static void findReleaseAndTools() throws IOException, InterruptedException {
        String tarball = System.getenv("UNIPKG_NANOS_RELEASE");
        if (tarball == null || tarball.isBlank()) {
            missing = "not booted: UNIPKG_NANOS_RELEASE names no Nanos release tarball";
            return;
        }
        for (String tool : List.of("qemu-system-x86_64", "gcc")) {
            if (!isInstalled(tool)) {
                missing = "not booted: " + tool + " is not installed";
                return;
            }
        }
        release = NanosTarball.read(Path.of(tarball));
        if (release.arch() != Arch.X86_64) {
            missing = "not booted: " + tarball + " is for " + release.arch() + ", these tests boot x86_64";
            return;
        }
        program = tools.resolve("program");
        Path source = Files.writeString(tools.resolve("program.c"), PROGRAM);
        Process gcc = new ProcessBuilder("gcc", "-static", "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).as("gcc -static").isZero();
    }

    /// Before each test rather than before all, so that each is reported as skipped, with the reason.
    @BeforeEach
    void skipWhereNothingCanBoot() {
        assumeTrue(missing.isEmpty(), missing);
    }

    private static boolean isInstalled(String tool) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }

    /// How a machine ended.
    private record Ended(int exitCode, String console) {}

    private Path image(Value.Tuple more, long writable, String... arguments) throws IOException {
        FileTree root = FileTree.builder()
                .file("bin/program", Content.ofFile(program), true)
                .file("etc/greeting", "hello\n")
                .symlink("greeting", "etc/greeting")
                .file("empty", "")
                .directory("data")
                .build();
        return image(root, more, writable, arguments);
    }

    private Path image(FileTree root, Value.Tuple more, long writable, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("program"));
        words.addAll(List.of(arguments));
        Value.Tuple attributes = Value.Tuple.EMPTY
                .with("program", Value.text("/bin/program"))
                .with("arguments", Value.texts(words))
                .with("environment", Value.texts(Map.of("COLOUR", "green")))
                .with("debug_exit", Value.text("t"));
        for (var attribute : more.members().entrySet()) {
            attributes = attributes.with(attribute.getKey(), attribute.getValue());
        }
        Path image = folder.resolve("disk.img");
        NanosKernel kernel = NanosKernel.of("nanos", Arch.X86_64, release.files(), List.of(), false);
        NanosImage.write(new NanosSpec(kernel, root, attributes, writable), image);
        return image;
    }

    private Ended boot(Path... disks) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg", "-cpu", "max", "-m", "256M", "-nodefaults"));
        line.addAll(List.of("-display", "none", "-serial", "stdio", "-no-reboot", "-device", "isa-debug-exit"));
        for (int i = 0; i < disks.length; i++) {
            line.addAll(List.of("-drive", "if=none,id=disk" + i + ",format=raw,file=" + disks[i]));
            line.addAll(List.of("-device", "virtio-blk-pci,drive=disk" + i + (i == 0 ? ",bootindex=0" : "")));
        }
        Path console = folder.resolve("console");
        Process qemu = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        if (!qemu.waitFor(120, TimeUnit.SECONDS)) {
            qemu.destroyForcibly();
            throw new AssertionError("the machine did not end: " + Files.readString(console));
        }
        int status = qemu.exitValue();
        String text = Files.readString(console, StandardCharsets.UTF_8).replace("\r", "");
        assertThat(status & 1).as("ended through the exit device: %s", text).isEqualTo(1);
        return new Ended(status >> 1, text);
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
        FileTree.Builder root = FileTree.builder().file("bin/program", Content.ofFile(program), true);
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
