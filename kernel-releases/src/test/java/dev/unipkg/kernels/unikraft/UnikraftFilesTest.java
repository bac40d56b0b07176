package dev.unipkg.kernels.unikraft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnikraftFilesTest {

    private static final byte[] KERNEL = elf(62);
    private static final byte[] INITRD = "070701 and so on".getBytes(UTF_8);

    @TempDir
    Path temp;

    @Test
    void kernelAndInitrdAreTakenOutOfTheirLayers() throws IOException {
        Image.Unikernel image =
                extract(plain(tar("/unikraft/bin/kernel", KERNEL)), plain(tar("/unikraft/bin/initrd", INITRD)));

        assertThat(image.kernel()).hasBinaryContent(KERNEL);
        assertThat(image.initrd()).hasValueSatisfying(file -> assertThat(file).hasBinaryContent(INITRD));
    }

    @Test
    void layersInGzipAndWithOtherFilesAreRead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            put(tar, new TarArchiveEntry("./", TarConstants.LF_DIR), new byte[0]);
            put(tar, new TarArchiveEntry("unikraft/bin/", TarConstants.LF_DIR), new byte[0]);
            put(tar, new TarArchiveEntry("./unikraft/bin/kernel"), KERNEL);
            put(tar, new TarArchiveEntry("unikraft/bin/kernel.dbg"), new byte[5000]);
        }
        Image.Unikernel image = extract(gzip(bytes.toByteArray()));

        assertThat(image.kernel()).hasBinaryContent(KERNEL);
        assertThat(image.initrd()).isEmpty();
        try (var files = Files.list(temp)) {
            assertThat(files).containsExactly(image.kernel());
        }
    }

    @Test
    void imageWithoutAKernelIsRefused() {
        assertThatThrownBy(() -> extract(plain(tar("/unikraft/bin/initrd", INITRD))))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the Unikraft image \"acme/web:1\" has no kernel; expected the file"
                        + " \"/unikraft/bin/kernel\" in one of its layers");
    }

    @Test
    void imageWithTwoKernelsIsRefused() {
        UnikraftLayer layer = plain(tar("/unikraft/bin/kernel", KERNEL));
        assertThatThrownBy(() -> extract(layer, plain(tar("unikraft/bin/kernel", elf(62)))))
                .isInstanceOf(RefusedException.class)
                .hasMessage("\"/unikraft/bin/kernel\" is there twice");
    }

    @Test
    void kernelForAnotherArchitectureIsRefused() {
        assertThatThrownBy(() -> extract(plain(tar("/unikraft/bin/kernel", elf(183)))))
                .isInstanceOf(RefusedException.class)
                .hasMessage("\"/unikraft/bin/kernel\" is for arm64, expected x86_64");
        removeKernel();
        assertThatThrownBy(() -> extract(plain(tar("/unikraft/bin/kernel", elf(8)))))
                .hasMessage("\"/unikraft/bin/kernel\" is for the processor with the ELF number 8, expected x86_64");
    }

    @Test
    void kernelsInTheFormsThatQemuStartsAreTaken() throws IOException {
        byte[] bzImage = new byte[1024];
        System.arraycopy("HdrS".getBytes(UTF_8), 0, bzImage, 0x202, 4);
        for (byte[] kernel : List.of(elf(62), elf(3), bzImage, new byte[100])) {
            Files.deleteIfExists(temp.resolve("kernel"));
            assertThat(extract(plain(tar("/unikraft/bin/kernel", kernel))).kernel())
                    .hasBinaryContent(kernel);
        }
    }

    @Test
    void damagedLayerIsRefused() {
        byte[] tar = tar("/unikraft/bin/kernel", KERNEL);
        Descriptor whole = Descriptor.of(MediaTypes.LAYER_TAR, tar);
        byte[] damaged = tar.clone();
        damaged[700] ^= 1;
        assertThatThrownBy(() -> extract(new UnikraftLayer(whole, new Content.Bytes(damaged))))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the content is " + Digest.of(damaged) + ", expected " + whole.digest());
        byte[] cut = Arrays.copyOf(tar, 600);
        removeKernel();
        assertThatThrownBy(() -> extract(new UnikraftLayer(whole, new Content.Bytes(cut))))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> extract(plain("no tar at all".repeat(100).getBytes(UTF_8))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is damaged: ");
    }

    @Test
    void entriesThatAreNoFilesAreRefused() throws IOException {
        assertRefused("unikraft/bin/kernel", TarConstants.LF_SYMLINK, "is a symlink; a Unikraft image holds files");
        assertRefused("unikraft/bin/other", TarConstants.LF_LINK, "\"unikraft/bin/other\" is a hard link");
        assertRefused("unikraft/bin/tty", TarConstants.LF_CHR, "is a special file; a Unikraft image holds files");
        assertRefused("../kernel", TarConstants.LF_NORMAL, "the path \"../kernel\" could leave the root");
        assertRefused("unikraft/../../x", TarConstants.LF_NORMAL, "could leave the root");
        assertRefused("//unikraft/bin/kernel", TarConstants.LF_NORMAL, "the path \"/unikraft/bin/kernel\"");
    }

    @Test
    void bombIsRefused() {
        byte[] zeros = new byte[40 << 20];
        UnikraftLayer bomb = gzip(tar("/unikraft/bin/initrd", zeros));
        assertThat(bomb.descriptor().size()).isLessThan(64 << 10);
        assertThatThrownBy(() -> extract(bomb))
                .isInstanceOf(RefusedException.class)
                .hasMessage("unpacks to more than 1000 times its size");
    }

    @Test
    void layersOfAnotherKindAreRefusedBeforeTheyAreFetched() {
        assertThatThrownBy(() -> UnikraftLayer.requireReadable(
                        List.of(Descriptor.of("application/vnd.oci.image.layer.v1.tar+zstd", new byte[1]))))
                .hasMessage("\"layers[0].mediaType\" is \"application/vnd.oci.image.layer.v1.tar+zstd\", expected"
                        + " application/vnd.oci.image.layer.v1.tar or application/vnd.oci.image.layer.v1.tar+gzip");
        Descriptor layer = Descriptor.of(MediaTypes.LAYER_TAR, new byte[1]);
        assertThatThrownBy(() -> UnikraftLayer.requireReadable(Collections.nCopies(33, layer)))
                .hasMessage("\"layers\" is \"33 entries\", expected at most 32");
        Descriptor large = Descriptor.of(MediaTypes.LAYER_TAR, layer.digest(), 5L << 30);
        assertThatThrownBy(() -> UnikraftLayer.requireReadable(List.of(large, large)))
                .hasMessageStartingWith("the build has more than 8589934592 bytes");
    }

    @Test
    void layerWithASha512IsRefusedBeforeItIsFetched() {
        Descriptor layer = Descriptor.of(MediaTypes.LAYER_TAR, Digest.Algorithm.SHA512.of(new byte[1]), 1);
        assertThatThrownBy(() -> UnikraftLayer.requireReadable(List.of(layer)))
                .isInstanceOf(RefusedException.class)
                .hasMessageMatching("\"layers\\[0\\].digest\" is \"sha512:[0-9a-f]{128}\", expected sha256: and 64"
                        + " lowercase hex digits, as in everything that pkg gets");
    }

    private void assertRefused(String name, byte type, String message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            if (type == TarConstants.LF_SYMLINK || type == TarConstants.LF_LINK) {
                entry.setLinkName("/etc/passwd");
            }
            put(tar, entry, new byte[0]);
        }
        assertThatThrownBy(() -> extract(plain(bytes.toByteArray())))
                .as(name)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    private void removeKernel() {
        assertThat(temp.resolve("kernel").toFile().delete()).isTrue();
    }

    private Image.Unikernel extract(UnikraftLayer... layers) throws IOException {
        return UnikraftFiles.extract("acme/web:1", Arch.X86_64, List.of(layers), temp);
    }

    private static UnikraftLayer plain(byte[] tar) {
        return new UnikraftLayer(Descriptor.of(MediaTypes.LAYER_TAR, tar), new Content.Bytes(tar));
    }

    private static UnikraftLayer gzip(byte[] tar) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(tar);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        byte[] layer = bytes.toByteArray();
        return new UnikraftLayer(Descriptor.of(MediaTypes.LAYER_TAR_GZIP, layer), new Content.Bytes(layer));
    }

    private static byte[] tar(String path, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            put(tar, new TarArchiveEntry(path, true), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content) throws IOException {
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] elf(int machine) {
        byte[] elf = new byte[512];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, elf, 0, 4);
        elf[18] = (byte) machine;
        return elf;
    }
}
