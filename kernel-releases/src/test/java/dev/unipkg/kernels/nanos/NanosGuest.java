package dev.unipkg.kernels.nanos;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Boots Nanos under QEMU. It needs a release, which is not part of unipkg, QEMU, and a program. The environment
/// variable `UNIPKG_NANOS_RELEASE` names a release tarball for x86_64, `UNIPKG_NANOS_RELEASE_ARM64` one for arm64.
final class NanosGuest {

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

    /// Far more than any boot takes: firmware alone is seconds of work without acceleration.
    private static final int MAX_SECONDS = 300;

    private final Arch arch;
    private final Path tools;

    /// Why nothing can be booted here; empty when everything is there.
    private final String missing;

    private NanosGuest(Arch arch, Path tools) {
        this.arch = arch;
        this.tools = tools;
        this.missing = missing();
    }

    /// Builds the program where everything is there.
    ///
    /// @param tools a folder for it
    static NanosGuest of(Arch arch, Path tools) throws IOException, InterruptedException {
        NanosGuest guest = new NanosGuest(arch, tools);
        if (guest.missing.isEmpty()) {
            Path source = Files.writeString(tools.resolve("program.c"), PROGRAM);
            Process gcc = new ProcessBuilder(
                            guest.gcc(), "-static", "-o", guest.program().toString(), source.toString())
                    .inheritIO()
                    .start();
            assertThat(gcc.waitFor()).as("%s -static", guest.gcc()).isZero();
        }
        return guest;
    }

    /// Skips the test, saying why, where nothing can boot.
    void orSkip() {
        assumeTrue(missing.isEmpty(), missing);
    }

    private String missing() {
        String tarball = System.getenv(variable());
        if (tarball == null || tarball.isBlank()) {
            return "not booted: " + variable() + " names no Nanos release tarball for " + arch;
        }
        for (String tool : List.of(qemu(), gcc())) {
            if (!isInstalled(tool)) {
                return "not booted: " + tool + " is not installed";
            }
        }
        return "";
    }

    private static boolean isInstalled(String tool) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }

    private String variable() {
        return arch == Arch.ARM64 ? "UNIPKG_NANOS_RELEASE_ARM64" : "UNIPKG_NANOS_RELEASE";
    }

    private String qemu() {
        return arch == Arch.ARM64 ? "qemu-system-aarch64" : "qemu-system-x86_64";
    }

    private String gcc() {
        return arch == Arch.ARM64 ? "aarch64-linux-gnu-gcc" : "gcc";
    }

    Path program() {
        return tools.resolve("program");
    }

    private NanosTarball release() throws IOException {
        NanosTarball release = NanosTarball.read(Path.of(System.getenv(variable())));
        assertThat(release.arch()).as("what %s names", variable()).isEqualTo(arch);
        return release;
    }

    NanosKernel kernel(boolean uefi, String... klibs) throws IOException {
        return NanosKernel.of("nanos", arch, release().files(), List.of(klibs), uefi);
    }

    FileTree tree() throws IOException {
        return FileTree.builder()
                .file("bin/program", Content.ofFile(program()), true)
                .file("etc/greeting", "hello\n")
                .symlink("greeting", "etc/greeting")
                .file("empty", "")
                .directory("data")
                .build();
    }

    /// How a machine ended.
    record Ended(int exitCode, String console) {}

    /// The kernel's attributes to run the program with these arguments.
    static Value.Tuple attributes(Value.Tuple more, String... arguments) {
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
        return attributes;
    }

    /// Boots the first of these disks, with the others beside it.
    ///
    /// @param more arguments of QEMU
    Ended boot(List<String> more, Path... disks) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(qemu(), "-accel", "tcg", "-cpu", "max", "-m", "256M"));
        line.addAll(List.of("-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot"));
        line.addAll(
                arch == Arch.ARM64
                        ? List.of("-machine", "virt,gic-version=2,highmem=off", "-semihosting", "-kernel", kernelFile())
                        : List.of("-machine", "q35", "-device", "isa-debug-exit"));
        line.addAll(more);
        for (int i = 0; i < disks.length; i++) {
            line.addAll(List.of("-drive", "if=none,id=disk" + i + ",format=raw,file=" + disks[i]));
            line.addAll(List.of("-device", "virtio-blk-pci,drive=disk" + i + (i == 0 ? ",bootindex=0" : "")));
        }
        Path console = tools.resolve("console");
        Process qemu = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        if (!qemu.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
            qemu.destroyForcibly();
            throw new AssertionError("the machine did not end: " + Files.readString(console));
        }
        return ended(
                qemu.exitValue(),
                Files.readString(console, StandardCharsets.UTF_8).replace("\r", ""));
    }

    /// On x86_64 the exit device makes of a code an odd status, which nothing else is.
    private Ended ended(int status, String console) {
        if (arch == Arch.ARM64) {
            return new Ended(status, console);
        }
        assertThat(status & 1).as("ended through the exit device: %s", console).isEqualTo(1);
        return new Ended(status >> 1, console);
    }

    private String kernelFile() throws IOException {
        Path file = tools.resolve("kernel.img");
        return Files.write(
                        file,
                        requireNonNull(release().files().get(NanosKernel.KERNEL))
                                .readAll())
                .toString();
    }
}
