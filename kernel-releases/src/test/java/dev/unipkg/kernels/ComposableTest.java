package dev.unipkg.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [Composable] refuses, with the same message, each build that [Composer] refuses with every setting.
class ComposableTest {
    private static final FileTree TREE = FileTree.builder()
            .file("bin/serve", Content.ofText("a program"), true)
            .build();
    private static final String LINE =
            "console=ttyS0 no_timer_check quiet loglevel=3 panic=-1 rootfstype=ramfs rdinit=/.unipkg/verify";

    @TempDir
    Path temp;

    @Test
    void mountsAreNoOptionOfNanos() {
        bothRefuse(
                Family.NANOS,
                TREE,
                "/bin/serve",
                Map.of("mounts", "x"),
                "the setting \"mounts\" is no tuple of volumes and the directories they are mounted on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"console", "panic", "rdinit", "rootfstype"})
    void whatEveryImageOnLinuxSetsIsNoOption(String option) {
        bothRefuse(
                Family.LINUX,
                TREE,
                "/bin/serve",
                Map.of(option, "x"),
                "the setting \"" + option + "\" is set by every image on linux and cannot be another");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/bin/serve"})
    void aProgramStartsInADirectoryThatIsThere(String directory) {
        String sentence = "the setting \"workdir\" is \"" + directory + "\"; expected a directory that the package has";
        for (Family family : new Family[] {null, Family.NANOS, Family.LINUX}) {
            assertThatThrownBy(() -> Composable.requireFiles(in(directory, family), TREE))
                    .hasMessage(sentence);
        }
        assertThatThrownBy(() -> Composer.compose(
                        release(Family.LINUX), TREE, ImageSettings.of(in(directory, null)), temp.resolve("image")))
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/bin", "/srv", "/tmp"})
    void aProgramStartsInADirectoryOfThePackageOrOneThatAGuestAlwaysHas(String directory) throws IOException {
        FileTree tree = TREE.toBuilder().symlink("srv", "bin").build();
        Composable.requireFiles(in(directory, null), tree);
        Composer.compose(release(Family.LINUX), tree, ImageSettings.of(in(directory, null)), temp.resolve("image"));
    }

    @Test
    void aCommandLineIsNoLongerThanAKernelReads() throws IOException {
        String longest = "x".repeat(2047 - LINE.length() - " a=".length());
        accept(Family.LINUX, TREE, "/bin/serve", Map.of("a", longest));
        bothRefuse(
                Family.LINUX,
                TREE,
                "/bin/serve",
                Map.of("a", longest + "x"),
                "the setting \"options\" makes a command line of 2048 bytes; a kernel reads at most 2047");
    }

    @Test
    void aCommandLineForRiscvIsShorter() {
        Map<String, String> options = Map.of("a", "x".repeat(1000));

        assertThatThrownBy(() -> Composable.requireSettings(config(Arch.RISCV64, Family.LINUX, "/bin/serve", options)))
                .hasMessageContaining("a kernel reads at most 1023");
        assertThatCode(() -> Composable.requireSettings(config(Arch.ARM64, Family.LINUX, "/bin/serve", options)))
                .doesNotThrowAnyException();
    }

    @Test
    void aFileIsNoLargerThanAnInitrdCanSay() throws IOException {
        FileTree large = TREE.toBuilder()
                .file("large", new Content.Region(Path.of("/absent"), 0, 1L << 32), false)
                .build();
        bothRefuse(Family.LINUX, large, "/bin/serve", Map.of(), "large has more than 4294967295 bytes");
        Composable.requireFiles(config(Arch.X86_64, Family.NANOS, "/bin/serve", Map.of()), large);
    }

    @Test
    void aProgramOnLinuxHasNoEqualsSignInItsPath() {
        FileTree tree =
                TREE.toBuilder().file("bin/a=b", Content.ofText(""), true).build();
        bothRefuse(
                Family.LINUX,
                tree,
                "/bin/a=b",
                Map.of(),
                "the setting \"program\" has a path with =, which starts nothing here");
    }

    @ParameterizedTest
    @ValueSource(strings = {".unipkg", "TRAILER!!!"})
    void whatGuestsNeedForThemselvesIsNobodysOnAnyKernel(String path) {
        FileTree tree = TREE.toBuilder().file(path, "mine").build();
        bothRefuse(Family.LINUX, tree, "/bin/serve", Map.of(), "give it another name");
        assertThatThrownBy(() -> Composable.requireFiles(config(Arch.X86_64, null, "/bin/serve", Map.of()), tree))
                .hasMessageContaining("\"" + path + "\"");
    }

    @Test
    void aUserOtherThanRootIsForLinux() throws IOException {
        for (Family family : new Family[] {null, Family.LINUX}) {
            Composable.requireSettings(as("web", family));
            Composable.requireFiles(as("web", family), TREE);
        }
        Composable.requireSettings(as("0:0", Family.NANOS));
        assertThatThrownBy(() -> Composable.requireSettings(as("web", Family.NANOS)))
                .hasMessage("the setting \"user\" is \"web\"; expected none, because nanos runs every program as root");
        assertThatThrownBy(() -> Composable.requireSettings(as("a b", null)))
                .hasMessage("the setting \"user\" is \"a b\"; expected a name or a uid, as in postgres or 1000:1000");
    }

    @Test
    void aUserIsOneThatThePackageKnows() {
        FileTree tree = TREE.toBuilder()
                .file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
                .build();
        String sentence = "the setting \"user\" names \"web\", which is not in /etc/passwd of the package";
        assertThatThrownBy(() -> Composable.requireFiles(as("web", null), tree)).hasMessageStartingWith(sentence);
        assertThatThrownBy(() -> Composer.compose(
                        release(Family.LINUX), tree, ImageSettings.of(as("web", null)), temp.resolve("image")))
                .hasMessageStartingWith(sentence);
    }

    @Test
    void aRelativeProgramIsRefused() {
        assertThatThrownBy(() -> Composable.requireSettings(config(Arch.X86_64, null, "bin/serve", Map.of())))
                .hasMessage("the setting \"program\" is \"bin/serve\"; expected an absolute path");
    }

    private void accept(Family family, FileTree tree, String program, Map<String, String> options) throws IOException {
        ImageConfig config = config(Arch.X86_64, family, program, options);
        Composable.requireSettings(config);
        Composable.requireFiles(config, tree);
        Composer.compose(release(family), tree, ImageSettings.of(config), temp.resolve("image"));
    }

    private void bothRefuse(
            Family family, FileTree tree, String program, Map<String, String> options, String sentence) {
        ImageConfig config = config(Arch.X86_64, family, program, options);
        String before = message(() -> {
            Composable.requireSettings(config);
            Composable.requireFiles(config, tree);
        });
        assertThat(before).contains(sentence);
        assertThat(message(
                        () -> Composer.compose(release(family), tree, ImageSettings.of(config), temp.resolve("image"))))
                .isEqualTo(before);
    }

    private static String message(ThrowingCallable attempt) {
        try {
            attempt.call();
        } catch (Throwable e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("nothing was refused");
    }

    private static KernelRelease release(Family family) {
        SortedMap<String, Content> files = family == Family.NANOS
                ? KernelFiles.titled("boot.img", "kernel.img")
                : KernelFiles.linux().files();
        return new KernelRelease(family, new Version("1"), Arch.X86_64, files);
    }

    private static ImageConfig config(Arch arch, @Nullable Family family, String program, Map<String, String> options) {
        return config(arch, family, program, options, "");
    }

    private static ImageConfig in(String workingDirectory, @Nullable Family family) {
        return config(Arch.X86_64, family, "/bin/serve", Map.of(), workingDirectory);
    }

    private static ImageConfig as(String user, @Nullable Family family) {
        ImageConfig config = config(Arch.X86_64, family, "/bin/serve", Map.of());
        Execution execution = new Execution(
                List.of("/bin/serve"), List.of(), new TreeMap<>(), "", new TreeSet<>(), new TreeSet<>(), user);
        return new ImageConfig(config.arch(), execution, List.of(), config.unikernel());
    }

    private static ImageConfig config(
            Arch arch, @Nullable Family family, String program, Map<String, String> options, String workingDirectory) {
        UnikernelSettings settings = new UnikernelSettings(
                Optional.ofNullable(family).map(Family::toString),
                Optional.empty(),
                List.of(),
                0,
                0,
                0,
                new TreeMap<>(options),
                Optional.empty());
        Execution execution = new Execution(
                List.of(program), List.of(), new TreeMap<>(), workingDirectory, new TreeSet<>(), new TreeSet<>());
        return new ImageConfig(arch, execution, List.of(), settings);
    }
}
