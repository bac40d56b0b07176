package dev.unipkg.format.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.TarHeader.Field;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerReaderTest {

    private static final Limits SMALL = new Limits(1 << 20, 5, 1000, 20, 10, 3, 50);

    @TempDir
    Path temp;

    @Test
    void aPlainTarIsListed() throws IOException {
        byte[] tar = new ForgedTar()
                .directory("a")
                .file("a/b", "text")
                .link("c", "a/b")
                .tar();
        ReadLayer layer = LayerReader.list(new ByteArrayInputStream(tar), LayerCompression.NONE, Limits.DEFAULT);
        assertThat(Trees.listing(layer))
                .isEqualTo(List.of(
                        "a directory", "a/b file 4 " + Digest.of("text".getBytes(StandardCharsets.UTF_8)), "c -> a/b"));
        assertThat(layer.diffId()).isEqualTo(Digest.of(tar)).isEqualTo(layer.blob());
    }

    @Test
    void pathsThatLeaveTheRootAreRefused() {
        for (String path : List.of("../x", "a/../../x", "..")) {
            assertThat(refusal(new ForgedTar().file(path, ""))).isEqualTo(new ArchiveRefusal.UnsafePath(path));
        }
    }

    @Test
    void pathsOutsideTheGrammarAreRefusedEachWithItsRule() {
        for (String path : List.of("/etc/passwd", "./x", "a//b", ".", "")) {
            assertThat(refusal(new ForgedTar().file(path, ""))).isInstanceOf(ArchiveRefusal.InvalidPath.class);
        }
        assertThat(refusal(new ForgedTar().file("x\ny", ""))).isEqualTo(new ArchiveRefusal.ControlCharacter("x\ny"));
    }

    @Test
    void aPathThatIsNotUtf8IsRefused() {
        assertThat(refusal(new ForgedTar()
                        .entry("x", '0', "", "", header -> header[Field.NAME.offset + 1] = (byte) 0xe9)))
                .isInstanceOf(ArchiveRefusal.PathNotUtf8.class);
        assertThat(refusal(new ForgedTar()
                        .entry("x", '2', "", "", header -> header[Field.LINKNAME.offset] = (byte) 0xe9)))
                .isInstanceOf(ArchiveRefusal.PathNotUtf8.class);
    }

    @Test
    void namesThatAreOneInTwoUnicodeFormsAreRefused() {
        assertThatThrownBy(() -> list("e\u0301", "\u00e9"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(new ArchiveRefusal.EqualNames("\u00e9", "e\u0301")));
        // The Kelvin sign is a K.
        assertThatThrownBy(() -> list("K", "\u212A")).hasMessageContaining("two Unicode forms");
        assertThatThrownBy(() -> list("a\u0307\u0323", "a\u0323\u0307")).hasMessageContaining("two Unicode forms");
    }

    @Test
    void namesThatDifferInCaseOrHaveABackslashAreRead() throws IOException {
        assertThat(list("A", "a", "a\\b", "fi", "\uFB01").entries()).hasSize(5);
    }

    /// Lists empty files with these names.
    private static ReadLayer list(String... names) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (String name : names) {
            tar.write(TarHeader.encode(LayerEntry.file(name, 0, false)));
        }
        tar.write(new byte[2 * TarHeader.BLOCK]);
        return LayerReader.list(new ByteArrayInputStream(tar.toByteArray()), LayerCompression.NONE, Limits.DEFAULT);
    }

    @Test
    void linksThatLeaveTheRootOrNeverEndAreRefused() {
        assertThat(refusal(new ForgedTar().link("a", "/etc")))
                .isEqualTo(new ArchiveRefusal.LinkLeavesRoot("a", "/etc"));
        assertThat(refusal(new ForgedTar().link("a", "../etc")))
                .isEqualTo(new ArchiveRefusal.LinkLeavesRoot("a", "../etc"));
        assertThat(refusal(new ForgedTar().directory("d").link("d/up", "..").link("e", "d/up/../x")))
                .isEqualTo(new ArchiveRefusal.LinkLeavesRoot("e", "d/up/../x"));
        assertThat(refusal(new ForgedTar().link("a", "b").link("b", "a"))).isEqualTo(new ArchiveRefusal.LinkLoop("a"));
        assertThat(refusal(new ForgedTar().link("a", "a/x"))).isEqualTo(new ArchiveRefusal.LinkLoop("a"));
        assertThat(refusal(new ForgedTar().link("a", ""))).isInstanceOf(ArchiveRefusal.NotCanonical.class);
    }

    @Test
    void writingThroughALinkIsRefused() {
        assertThat(refusal(new ForgedTar().directory("d").link("l", "d").file("l/x", "")))
                .isEqualTo(new ArchiveRefusal.NoParent("l/x"));
        assertThat(refusal(new ForgedTar().file("f", "").file("f/x", "")))
                .isEqualTo(new ArchiveRefusal.NoParent("f/x"));
        assertThat(refusal(new ForgedTar().file("f/x", ""))).isEqualTo(new ArchiveRefusal.NoParent("f/x"));
    }

    @Test
    void onlyFilesDirectoriesAndLinksAreTaken() {
        assertThat(typed('1')).isEqualTo(new ArchiveRefusal.HardLink("x"));
        assertThat(typed('3')).isEqualTo(new ArchiveRefusal.Device("x", "character device"));
        assertThat(typed('4')).isEqualTo(new ArchiveRefusal.Device("x", "block device"));
        assertThat(typed('6')).isEqualTo(new ArchiveRefusal.Device("x", "named pipe"));
        assertThat(typed('S')).isEqualTo(new ArchiveRefusal.UnknownEntry("x", "sparse file"));
        for (char type : new char[] {'7', 'g', 'L', 'K', 'D', 'M', 'V', '\0', '\u00ff'}) {
            assertThat(typed(type)).isInstanceOf(ArchiveRefusal.UnknownEntry.class);
        }
    }

    @Test
    void thereIsOneEntryForAPathAndOneOrderOfPaths() {
        assertThat(refusal(new ForgedTar().file("a", "1").file("a", "2")))
                .isEqualTo(new ArchiveRefusal.DuplicateEntry("a"));
        assertThat(refusal(new ForgedTar().file("a", "1").file("b", "2").file("a", "3")))
                .isEqualTo(new ArchiveRefusal.DuplicateEntry("a"));
        assertThat(refusal(new ForgedTar().directory("a").file("a", "2")))
                .isEqualTo(new ArchiveRefusal.DuplicateEntry("a"));
        assertThat(refusal(new ForgedTar().file("b", "1").file("a", "2")))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(new ForgedTar().directory("a").file("a-b", "1").file("a/z", "2")))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
    }

    @Test
    void everyFieldHasItsOneValue() {
        Object[][] others = {
            {Field.MODE, "0000777"}, {Field.MODE, "0004755"}, {Field.MODE, "000644 "}, {Field.MODE, ""},
            {Field.UID, "0001750"}, {Field.GID, "0000001"}, {Field.MTIME, "14371573300"}, {Field.MAGIC, "ustar  "},
            {Field.VERSION, " \0"}, {Field.UNAME, "root"}, {Field.GNAME, "root"}, {Field.DEVMAJOR, ""},
            {Field.PADDING, "x"}, {Field.LINKNAME, "x"}, {Field.SIZE, "4"}, {Field.SIZE, "00000000004 "},
            {Field.UID, "-1"}
        };
        for (Object[] other : others) {
            String value = ((String) other[1]);
            Field field = (Field) other[0];
            String fitting = value.substring(0, Math.min(value.length(), field.length));
            assertThat(refusal(new ForgedTar()
                            .entry("x", '0', "1234", "", header -> ForgedTar.set(header, field, fitting))))
                    .as(field + " = " + value)
                    .isInstanceOfSatisfying(
                            ArchiveRefusal.NotCanonical.class,
                            refusal -> assertThat(refusal.detail()).contains(field.toString()));
        }
    }

    @Test
    void bytesBehindTheEndOfATextAreSeen() {
        assertThat(refusal(new ForgedTar().entry("x", '0', "", "", header -> header[50] = 'y')))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
    }

    @Test
    void aSizeInBase256IsRefused() {
        assertThat(refusal(new ForgedTar().entry("x", '0', "", "", header -> header[124] = (byte) 0x80)))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
    }

    @Test
    void aPaxRecordIsOnlyWhereTheHeaderCannotHoldTheValue() {
        assertThat(refusal(new ForgedTar().pax("path=x").file("x", "")))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(new ForgedTar().pax("mtime=1").file("x", "")))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(new ForgedTar().pax("GNU.sparse.major=1").file("x", "")))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(new ForgedTar().pax("path=ä", "path=ö").file("x", "")))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(new ForgedTar().file("n".repeat(97) + "é", "")))
                .isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(new ForgedTar().pax("path=../ä").file("_", "")))
                .isInstanceOf(ArchiveRefusal.UnsafePath.class);
        assertThat(refusal(new ForgedTar().pax("path=ä").pax("path=ö").file("_", "")))
                .isInstanceOf(ArchiveRefusal.UnknownEntry.class);
        assertThat(refusal(new ForgedTar().pax("path=ä").file("__", ""))).isEqualTo("taken");
    }

    @Test
    void aSizeInAPaxRecordIsRefusedWhateverItSays() {
        assertThat(refusal(new ForgedTar().pax("size=0").file("x", "1234")))
                .isEqualTo(new ArchiveRefusal.SizesDisagree("x", 4, "0"));
        assertThat(refusal(new ForgedTar().pax("size=4").file("x", "1234")))
                .isEqualTo(new ArchiveRefusal.SizesDisagree("x", 4, "4"));
    }

    @Test
    void damagedPaxRecordsAreRefused() {
        for (String body : List.of("x", "3 =\n", "99 path=x\n", "9999999999 path=x\n", "10 path=xy", "0 a=b\n", "\0")) {
            assertThat(refusal(new ForgedTar()
                            .entry(TarHeader.PAX_NAME, 'x', body, "", header -> {})
                            .file("x", "")))
                    .isInstanceOf(Refusal.class);
        }
    }

    @Test
    void aDeletionMarkerOfContainersIsRefused() {
        assertThat(refusal(new ForgedTar().file(".wh.passwd", ""))).isInstanceOf(ArchiveRefusal.NotCanonical.class);
    }

    @Test
    void limitsHold() {
        assertThat(refusal(new ForgedTar().file("n".repeat(20), ""), SMALL)).isEqualTo("taken");
        assertThat(refusal(new ForgedTar().file("n".repeat(21), ""), SMALL))
                .isEqualTo(new ArchiveRefusal.PathTooLong("n".repeat(21), 20));
        assertThat(refusal(new ForgedTar().link("a", "t".repeat(11)), SMALL))
                .isEqualTo(new ArchiveRefusal.LinkTooLong("a", 10));
        assertThat(refusal(new ForgedTar().file("1/2/3/4", ""), SMALL))
                .isEqualTo(new ArchiveRefusal.PathTooDeep("1/2/3/4", 3));
        ForgedTar many = new ForgedTar();
        for (char c = 'a'; c <= 'f'; c++) {
            many.file(Character.toString(c), "");
        }
        assertThat(refusal(many, SMALL)).isEqualTo(new ArchiveRefusal.TooManyEntries(5));
        assertThat(refusal(new ForgedTar().file("a", "x".repeat(1 << 20)), SMALL))
                .isEqualTo(new ArchiveRefusal.UnpacksTooLarge(1 << 20));
        assertThat(refusal(
                        new ForgedTar()
                                .entry("a", '0', "", "", header -> ForgedTar.set(header, Field.SIZE, "77777777777")),
                        SMALL))
                .isEqualTo(new ArchiveRefusal.UnpacksTooLarge(1 << 20));
    }

    @Test
    void pathsAndTargetsTogetherHaveALimitInBytes() {
        assertThat(refusal(
                        new ForgedTar()
                                .file("a".repeat(20), "")
                                .file("b".repeat(20), "")
                                .link("c", "t".repeat(9)),
                        SMALL))
                .isEqualTo("taken");
        assertThat(refusal(
                        new ForgedTar()
                                .file("a".repeat(20), "")
                                .file("b".repeat(20), "")
                                .link("c", "t".repeat(10)),
                        SMALL))
                .isEqualTo(new ContentRefusal.TooLarge("the list of paths and link targets", 50));
        assertThat(refusal(
                        new ForgedTar()
                                .file("a".repeat(20), "")
                                .file("b".repeat(20), "")
                                .pax("path=" + "é".repeat(6))
                                .file("_".repeat(12), ""),
                        SMALL))
                .isEqualTo(new ContentRefusal.TooLarge("the list of paths and link targets", 50));
    }

    @Test
    void aBombIsRefusedBeforeItGoesOff() {
        ForgedTar bomb = new ForgedTar().file("zeros", "\0".repeat(64 << 20));
        byte[] blob = bomb.zstd();
        assertThat(blob.length).isLessThan(20_000);
        assertThat(refusal(blob, LayerCompression.ZSTD, Limits.DEFAULT)).isEqualTo(new ArchiveRefusal.Bomb(1000));
    }

    @Test
    void theWindowOfAFrameIsBounded() throws IOException {
        byte[] tar = new ForgedTar().file("a", "some text ".repeat(50_000)).tar();
        assertThat(refusal(withWindow(tar, 23), LayerCompression.ZSTD, Limits.DEFAULT))
                .isEqualTo("taken");
        assertThat(refusal(withWindow(tar, 24), LayerCompression.ZSTD, Limits.DEFAULT))
                .isEqualTo(new ContentRefusal.TooLarge("the window of the zstd frame", 8 << 20));
    }

    private static byte[] withWindow(byte[] content, int windowLog) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(frame)) {
            out.setLong(windowLog);
            out.write(content);
        }
        return frame.toByteArray();
    }

    @Test
    void aDamagedArchiveIsRefused() {
        byte[] tar = new ForgedTar().file("a", "1234").tar();
        byte[] flipped = tar.clone();
        flipped[0] ^= 1;
        assertThat(refusal(flipped)).isInstanceOf(ArchiveRefusal.Corrupt.class);
        byte[] padded = tar.clone();
        padded[600] = 1;
        assertThat(refusal(padded)).isInstanceOf(ArchiveRefusal.NotCanonical.class);
        for (int length : new int[] {0, 1, 511, 512, 513, 1024, 1536, 2047}) {
            assertThat(refusal(Arrays.copyOf(tar, length))).isEqualTo(new ArchiveRefusal.Truncated("the layer"));
        }
        assertThat(refusal(Arrays.copyOf(tar, tar.length + 512)))
                .isEqualTo(new ArchiveRefusal.TrailingBytes("the tar"));
        byte[] oneBlock = new ForgedTar().raw(new byte[512]).file("a", "").tar();
        assertThat(refusal(oneBlock)).isInstanceOf(ArchiveRefusal.Corrupt.class);
    }

    @Test
    void aDamagedFrameIsRefused() {
        byte[] frame = new ForgedTar().file("a", "some text ".repeat(5000)).zstd();
        for (int length : new int[] {0, 3, 10, frame.length - 1}) {
            assertThat(refusal(Arrays.copyOf(frame, length), LayerCompression.ZSTD, Limits.DEFAULT))
                    .isInstanceOf(ArchiveRefusal.Truncated.class);
        }
        byte[] flipped = frame.clone();
        flipped[0] ^= 1;
        assertThat(refusal(flipped, LayerCompression.ZSTD, Limits.DEFAULT)).isInstanceOf(ArchiveRefusal.Corrupt.class);
    }

    @Test
    void nothingMayFollowTheFrame() {
        byte[] frame = new ForgedTar().file("a", "1").zstd();
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0};
        for (byte[] more : List.of(frame, skippable, new byte[1], Zstd.compress(new byte[0]))) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(frame);
            both.writeBytes(more);
            assertThat(refusal(both.toByteArray(), LayerCompression.ZSTD, Limits.DEFAULT))
                    .isEqualTo(new ArchiveRefusal.TrailingBytes("the zstd frame"));
        }
    }

    @Test
    void anUnknownCompressionIsRefused() throws RefusedException {
        assertThat(LayerCompression.ofMediaType("application/vnd.oci.image.layer.v1.tar+zstd"))
                .isEqualTo(LayerCompression.ZSTD);
        assertThatThrownBy(() -> LayerCompression.ofMediaType("application/vnd.oci.image.layer.v1.tar+lzma"))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void anotherLayerThanExpectedLeavesNoFile() throws IOException {
        byte[] blob = new ForgedTar().file("a", "1").zstd();
        ReadLayer right = LayerReader.list(new ByteArrayInputStream(blob), LayerCompression.ZSTD, Limits.DEFAULT);
        Digest other = Digest.of(new byte[0]);
        assertThat(unpack(blob, new LayerReader.Expected(other, right.blobSize(), right.diffId())))
                .isEqualTo(new ContentRefusal.DigestMismatch(other, right.blob()));
        assertThat(unpack(blob, new LayerReader.Expected(right.blob(), right.blobSize(), other)))
                .isEqualTo(new ContentRefusal.DigestMismatch(other, right.diffId()));
        assertThat(unpack(blob, new LayerReader.Expected(right.blob(), 1, right.diffId())))
                .isEqualTo(new ContentRefusal.SizeMismatch(1, right.blobSize()));
        assertThat(unpack(Arrays.copyOf(blob, blob.length - 1), new LayerReader.Expected(other, 1, other)))
                .isInstanceOf(ArchiveRefusal.Truncated.class);
        assertThat(unpack(blob, new LayerReader.Expected(right.blob(), right.blobSize(), right.diffId())))
                .isEqualTo("unpacked");
        assertThat(Files.size(temp.resolve("tar"))).isEqualTo(right.tarSize());
    }

    @Test
    void decompressingAheadWritesTheTarAndKnowsItByItsDigest() throws IOException {
        byte[] blob = new ForgedTar().file("a", "text ".repeat(500_000)).zstd();
        ReadLayer right = LayerReader.list(new ByteArrayInputStream(blob), LayerCompression.ZSTD, Limits.DEFAULT);
        Digest other = Digest.of(new byte[0]);
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        // The digest of the blob is left to the one of the tar.
        LayerReader.Expected expected = new LayerReader.Expected(other, right.blobSize(), right.diffId());

        assertThat(unpackAhead(new ByteArrayInputStream(blob), LayerCompression.ZSTD, Limits.DEFAULT, expected, tar))
                .isEqualTo("taken");
        assertThat(Digest.of(tar.toByteArray())).isEqualTo(right.diffId());

        LayerReader.Expected longer = new LayerReader.Expected(other, right.blobSize() + 1, right.diffId());
        assertThat(unpackAhead(new ByteArrayInputStream(blob), LayerCompression.ZSTD, Limits.DEFAULT, longer, tar))
                .isEqualTo(new ContentRefusal.SizeMismatch(right.blobSize() + 1, right.blobSize()));
        LayerReader.Expected another = new LayerReader.Expected(right.blob(), right.blobSize(), other);
        assertThat(unpackAhead(new ByteArrayInputStream(blob), LayerCompression.ZSTD, Limits.DEFAULT, another, tar))
                .isEqualTo(new ContentRefusal.DigestMismatch(other, right.diffId()));
    }

    @Test
    void whatFailsWhileDecompressingAheadIsToldAndEndsIt() {
        byte[] blob = new ForgedTar().file("a", "text ".repeat(500_000)).zstd();
        LayerReader.Expected expected = new LayerReader.Expected(Digest.of(blob), blob.length, Digest.of(new byte[0]));
        IOException cut = new IOException("cut");
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(blob, 0, blob.length / 2), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw cut;
                    }
                });
        IOException full = new IOException("No space left on device");
        OutputStream disk = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw full;
            }
        };

        assertThat(unpackAhead(
                        broken, LayerCompression.ZSTD, Limits.DEFAULT, expected, OutputStream.nullOutputStream()))
                .isSameAs(cut);
        assertThat(unpackAhead(new ByteArrayInputStream(blob), LayerCompression.ZSTD, Limits.DEFAULT, expected, disk))
                .isSameAs(full);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("reads-ahead");
    }

    private static Object typed(char type) {
        return refusal(new ForgedTar().entry("x", type, "", "", header -> {}));
    }

    private static Object refusal(ForgedTar tar) {
        return refusal(tar, Limits.DEFAULT);
    }

    private static Object refusal(ForgedTar tar, Limits limits) {
        return refusal(tar.tar(), LayerCompression.NONE, limits);
    }

    private static Object refusal(byte[] tar) {
        return refusal(tar, LayerCompression.NONE, Limits.DEFAULT);
    }

    /// The refusal of both ways to read a layer, which must be equal.
    private static Object refusal(byte[] blob, LayerCompression compression, Limits limits) {
        LayerReader.Expected expected = new LayerReader.Expected(Digest.of(blob), blob.length, Digest.of(new byte[0]));
        Object answer;
        try {
            ReadLayer layer = LayerReader.list(new ByteArrayInputStream(blob), compression, limits);
            expected = new LayerReader.Expected(layer.blob(), layer.blobSize(), layer.diffId());
            answer = "taken";
        } catch (RefusedException e) {
            answer = e.refusal();
        } catch (IOException e) {
            return e;
        }
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        assertThat(unpackAhead(new ByteArrayInputStream(blob), compression, limits, expected, tar))
                .isEqualTo(answer);
        return answer;
    }

    private static Object unpackAhead(
            InputStream blob,
            LayerCompression compression,
            Limits limits,
            LayerReader.Expected expected,
            OutputStream tar) {
        try {
            LayerReader.unpackAhead(blob, compression, limits, expected, tar);
            return "taken";
        } catch (RefusedException e) {
            return e.refusal();
        } catch (IOException e) {
            return e;
        }
    }

    private Object unpack(byte[] blob, LayerReader.Expected expected) throws IOException {
        Path tar = temp.resolve("tar");
        try {
            LayerReader.unpack(new ByteArrayInputStream(blob), LayerCompression.ZSTD, Limits.DEFAULT, expected, tar);
            return "unpacked";
        } catch (RefusedException e) {
            assertThat(tar).doesNotExist();
            return e.refusal();
        }
    }
}
