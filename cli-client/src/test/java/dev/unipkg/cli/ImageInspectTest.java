package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.initrd.CpioWriter;
import dev.unipkg.kernels.nanos.NanosVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageInspectTest {

    private static final FileTree TREE = FileTree.builder()
            .file("etc/motd", "hello\n")
            .symlink("motd", "etc/motd")
            .build();

    @TempDir
    Path temp;

    @BeforeEach
    void writeAVolumeAndAnInitrd() throws IOException {
        new NanosVolume("data", Optional.empty(), TREE, 0).write(temp.resolve("volume"));
        CpioWriter.write(TREE, temp.resolve("initrd"));
    }

    private Result inspect(String... words) {
        String[] line = new String[words.length + 2];
        line[0] = "image";
        line[1] = "inspect";
        System.arraycopy(words, 0, line, 2, words.length);
        return PkgCommand.at(temp.resolve("home"), "http://localhost:1").run(line);
    }

    private String path(String name) {
        return temp.resolve(name).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"volume", "initrd"})
    void whatIsExtractedIsInTheFolderThatIsPrinted(String image) {
        Result result = inspect(path(image), "--extract", path("folder"));

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo(path("folder") + "\n");
        assertThat(temp.resolve("folder/etc/motd")).hasContent("hello\n");
        assertThat(temp.resolve("folder/motd")).isSymbolicLink();
    }

    @ParameterizedTest
    @ValueSource(strings = {"volume", "initrd"})
    void whatIsThereIsNotOverwritten(String image) throws IOException {
        Path there = Files.createDirectories(temp.resolve("folder")).resolve("etc");
        Files.writeString(there, "mine");

        Result result = inspect(path(image), "--extract", path("folder"));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains(there + " is there already");
        assertThat(there).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"volume", "initrd"})
    void aSoundImageIsCalledSound(String image) {
        Result text = inspect(path(image), "--check");
        Result json = inspect(path(image), "--check", "--output", "json");

        assertThat(text.exit()).as(text.err()).isZero();
        assertThat(text.out()).isEqualTo("sound\n");
        assertThat(json.out().replaceAll("\\s", "")).isEqualTo("{\"sound\":true,\"findings\":[]}");
    }

    @Test
    void anInitrdThatIsCutOffIsNotSound() throws IOException {
        byte[] whole = Files.readAllBytes(temp.resolve("initrd"));
        Files.write(temp.resolve("initrd"), Arrays.copyOf(whole, whole.length - 120));

        Result text = inspect(path("initrd"), "--check");
        Result json = inspect(path("initrd"), "--check", "--output", "json");

        assertThat(text.exit()).isEqualTo(4);
        assertThat(text.out()).startsWith("not sound\n  wrong: the initrd ends too early");
        assertThat(json.exit()).isEqualTo(4);
        assertThat(json.out().replaceAll("\\s", ""))
                .startsWith("{\"sound\":false,\"findings\":[{\"message\":\"theinitrd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--boot", "--boot --ls", "--boot --check", "--check --ls", "--ls --cat motd"})
    void whatMeansNothingIsAMistakeOfUse(String flags) {
        Result result = inspect((path("initrd") + " " + flags).split(" "));

        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void oneFileOfAnInitrdIsWrittenOut() {
        assertThat(inspect(path("initrd"), "--cat", "etc/motd").out()).isEqualTo("hello\n");
        assertThat(inspect(path("initrd"), "--ls").out()).contains("/etc/motd");
    }

    @Test
    void aFolderWithAnInitrdIsInspectedByThat() throws IOException {
        Files.createDirectories(temp.resolve("image"));
        Files.writeString(temp.resolve("image/kernel"), "x");
        Files.copy(temp.resolve("initrd"), temp.resolve("image/initrd.cpio"));

        assertThat(inspect(path("image"))).isEqualTo(inspect(path("initrd")));
        assertThat(inspect(path("image"), "--cat", "etc/motd").out()).isEqualTo("hello\n");
        assertThat(inspect(path("image"), "--check").out()).isEqualTo("sound\n");
    }

    @Test
    void folderWithADiskSaysWhereTheFilesAre() throws IOException {
        Files.createDirectories(temp.resolve("image"));
        Files.copy(temp.resolve("initrd"), temp.resolve("image/initrd.cpio"));
        Files.createFile(temp.resolve("image/root.erofs"));

        Result result = inspect(path("image"), "--ls");
        assertThat(result.out()).contains("/etc/motd");
        assertThat(result.err())
                .isEqualTo("the files of the package are in " + path("image") + "/root.erofs; this is the initrd beside"
                        + " it\n");
    }

    @Test
    void anyOtherFolderIsRefusedWithWhatIsExpected() {
        Result result = inspect(temp.toString());

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains(temp + " is a folder without initrd.cpio; expected the file of an image")
                .contains("name what pkg image build printed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--ls", "--check"})
    void whatHasNoSignatureOfAnImageIsCalledNone(String flag) throws IOException {
        Files.writeString(temp.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\n".repeat(40));
        Files.createFile(temp.resolve("empty"));
        byte[] kernel = new byte[4096];
        kernel[0x1fe] = 0x55;
        kernel[0x1ff] = (byte) 0xaa;
        Files.write(temp.resolve("vmlinuz"), kernel);

        for (String file : List.of("passwd", "empty", "vmlinuz")) {
            Result result = inspect((path(file) + " " + flag).strip().split(" "));

            assertThat(result.exit()).isEqualTo(4);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains(path(file) + " is no Nanos image, volume or initrd");
        }
    }

    @Test
    void aVolumeWhoseLogIsBrokenIsCalledDamaged() throws IOException {
        byte[] volume = Files.readAllBytes(temp.resolve("volume"));
        Arrays.fill(volume, "NVMTFS".length(), 512, (byte) 0);
        Files.write(temp.resolve("volume"), volume);

        Result result = inspect(path("volume"));

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).contains("the volume is damaged: its log has the version 0");
    }
}
