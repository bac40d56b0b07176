package dev.unipkg.kernels.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioReaderTest {

    private static final TreeLimits SMALL = new TreeLimits(100, 3, 10, 10, 2);
    private static final int FILE = 0100644;

    @TempDir
    Path temp;

    @Test
    void anotherToolsPathsAreRead() throws IOException {
        Object tree = read(entry(".", 040755, 2, "") + entry("./etc", 040755, 2, "") + entry("etc/x", FILE, 1, "1234"));
        assertThat(((FileTree) tree).find("etc/x")).containsInstanceOf(Node.File.class);
        assertThat(((FileTree) tree).entries()).isEqualTo(2);
    }

    @Test
    void pathsOutsideTheGrammarAreRefused() {
        for (String path : new String[] {"../x", "a/../b"}) {
            assertThat(read(entry(path, FILE, 1, ""))).isEqualTo(new ArchiveRefusal.UnsafePath(path));
        }
        for (String path : new String[] {"/etc", "a//b", "a/"}) {
            assertThat(read(entry(path, FILE, 1, ""))).isInstanceOf(ArchiveRefusal.InvalidPath.class);
        }
        assertThat(read(entry("a\nb", FILE, 1, ""))).isEqualTo(new ArchiveRefusal.ControlCharacter("a\nb"));
    }

    @Test
    void devicesAndHardLinksAreRefused() {
        assertThat(read(entry("x", 020600, 1, ""))).isInstanceOf(ArchiveRefusal.Device.class);
        assertThat(read(entry("x", 010600, 1, ""))).isInstanceOf(ArchiveRefusal.Device.class);
        assertThat(read(entry("x", FILE, 2, ""))).isEqualTo(new ArchiveRefusal.HardLink("x"));
        assertThat(read(entry("x", 0120777, 1, ""))).isInstanceOf(ArchiveRefusal.Corrupt.class);
    }

    @Test
    void limitsHold() {
        assertThat(read(entry("x", FILE, 1, "1".repeat(101))))
                .isEqualTo(new ContentRefusal.TooLarge("the initrd", 100));
        assertThat(read(entry("a", FILE, 1, "")
                        + entry("b", FILE, 1, "")
                        + entry("c", FILE, 1, "")
                        + entry("d", FILE, 1, "")))
                .isEqualTo(new ArchiveRefusal.TooManyEntries(3));
        assertThat(read(entry("./" + "n".repeat(10), FILE, 1, ""))).isInstanceOf(FileTree.class);
        for (int length = 11; length < 16; length++) {
            assertThat(read(entry("n".repeat(length), FILE, 1, ""))).isInstanceOf(ArchiveRefusal.PathTooLong.class);
        }
        assertThat(read(entry("n".repeat(20), FILE, 1, ""))).isInstanceOf(ArchiveRefusal.PathTooLong.class);
        assertThat(read(entry("a/b/c", FILE, 1, ""))).isEqualTo(new ArchiveRefusal.PathTooDeep("a/b/c", 2));
        // The directory a is one of them, though no entry of the archive.
        assertThat(read(entry("a/b", FILE, 1, "") + entry("c", FILE, 1, "") + entry("d", FILE, 1, "")))
                .isEqualTo(new ArchiveRefusal.TooManyEntries(3));
        assertThat(read(entry("l", 0120777, 1, "t".repeat(11)))).isEqualTo(new ArchiveRefusal.LinkTooLong("l", 10));
    }

    @Test
    void whatAKernelWouldReadOtherwiseIsRefused() throws IOException {
        assertThat(read(entry("a", 040755, 2, "") + entry("a", 040755, 2, ""))).isInstanceOf(FileTree.class);
        assertThat(read(entry("a", FILE, 1, "1") + entry("a", FILE, 1, "2")))
                .isEqualTo(new ArchiveRefusal.DuplicateEntry("a"));
        assertThat(read(entry("a", FILE, 1, "1") + entry("a/b", FILE, 1, "2")))
                .isEqualTo(new ArchiveRefusal.Conflict("a", "is no directory, and a/b is below it"));
        byte[] whole = archive(entry("x", FILE, 1, "1234"));
        assertThat(readBytes(Arrays.copyOf(whole, whole.length + 1000))).isInstanceOf(FileTree.class);
        byte[] more = Arrays.copyOf(whole, whole.length + 100_000);
        more[whole.length + 99_999] = '0';
        assertThat(readBytes(more)).isEqualTo(new ArchiveRefusal.TrailingBytes("the initrd"));
    }

    @Test
    void whatIsCutOffOrNoArchiveIsRefused() throws IOException {
        byte[] whole = archive(entry("x", FILE, 1, "1234"));
        for (int length : new int[] {0, 50, 110, 113, 117, whole.length - 120}) {
            assertThat(readBytes(Arrays.copyOf(whole, length))).isInstanceOf(ArchiveRefusal.Truncated.class);
        }
        byte[] other = whole.clone();
        other[5] = '7';
        assertThat(readBytes(other)).isInstanceOf(ArchiveRefusal.Corrupt.class);
        byte[] odd = whole.clone();
        odd[20] = 'x';
        assertThat(readBytes(odd)).isInstanceOf(ArchiveRefusal.Corrupt.class);
    }

    @Test
    void somethingWithTheNameOfTheTrailerDoesNotEndTheArchive() {
        assertThat(read(entry("TRAILER!!!", FILE, 1, ""))).isInstanceOf(ArchiveRefusal.Corrupt.class);
        assertThat(read(entry("TRAILER!!!", 0, 1, "hidden"))).isInstanceOf(ArchiveRefusal.Corrupt.class);
        assertThat(read(entry("./TRAILER!!!", FILE, 1, "x"))).isInstanceOf(ArchiveRefusal.Corrupt.class);
    }

    @FuzzTest(maxDuration = "60s")
    void whateverComesIsReadOrRefused(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".cpio");
        try {
            Files.write(file, bytes);
            CpioReader.read(file, SMALL);
        } catch (RefusedException e) {
            assertThat(e.refusal().message()).isNotEmpty();
        } finally {
            Files.delete(file);
        }
    }

    private Object read(String entries) {
        try {
            return readBytes(archive(entries));
        } catch (IOException e) {
            return e;
        }
    }

    private Object readBytes(byte[] bytes) throws IOException {
        try {
            return CpioReader.read(Files.write(temp.resolve("cpio"), bytes), SMALL);
        } catch (RefusedException e) {
            return e.refusal();
        }
    }

    private static byte[] archive(String entries) {
        return (entries + entry("TRAILER!!!", 0, 1, "")).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String entry(String path, int mode, int links, String body) {
        String numbers =
                "%08x".repeat(13).formatted(1, mode, 0, 0, links, 0, body.length(), 0, 0, 0, 0, path.length() + 1, 0);
        return filled("070701" + numbers + path + "\0") + filled(body);
    }

    private static String filled(String text) {
        return text + "\0".repeat((4 - text.length() % 4) % 4);
    }
}
