package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.ElfFile;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Folders as Debian's packages unpack, with kernels and modules that have what is looked at and nothing more.
class DebianKernelTest {

    private static final String RELEASE = "6.1.0-56-cloud-amd64";

    @TempDir
    Path folder;

    @BeforeEach
    void aKernelWithAllItsParts() throws IOException {
        write("boot/vmlinuz-" + RELEASE, at(0x202, "HdrS"));
        write("bin/busybox", elf(Arch.X86_64));
        modules(Arch.X86_64);
        write("lib/modules/" + RELEASE + "/modules.builtin", "kernel/drivers/block/virtio_blk.ko\n");
    }

    @Test
    void modulesComeAfterThoseTheyNeed() throws IOException {
        DebianKernel kernel = DebianKernel.read(folder);
        assertThat(kernel.version()).hasToString("6.1.0-56-cloud");
        assertThat(kernel.arch()).isEqualTo(Arch.X86_64);
        assertThat(kernel.files().keySet())
                .containsExactly(
                        "busybox",
                        "init",
                        "modules/00-virtio_ring.ko",
                        "modules/01-virtio.ko",
                        "modules/02-virtio_pci.ko",
                        "modules/03-failover.ko",
                        "modules/04-net_failover.ko",
                        "modules/05-virtio_net.ko",
                        "modules/06-virtio_console.ko",
                        "vmlinuz");
    }

    @Test
    void modulesForADiskAreTakenWhereBothAreThere() throws IOException {
        module(Arch.X86_64, "fs/erofs", "libcrc32c");
        module(Arch.X86_64, "lib/libcrc32c", "");
        assertThat(DebianKernel.read(folder).files().keySet()).noneMatch(title -> title.contains("erofs"));
        module(Arch.X86_64, "fs/overlay", "");
        assertThat(DebianKernel.read(folder).files().keySet())
                .contains("modules/07-libcrc32c.ko", "modules/08-erofs.ko", "modules/09-overlay.ko");
    }

    @Test
    void theArchitectureIsThatOfTheBootProtocol() throws IOException {
        write("boot/vmlinuz-" + RELEASE, at(0x38, "ARMd"));
        write("bin/busybox", elf(Arch.ARM64));
        modules(Arch.ARM64);
        assertThat(DebianKernel.read(folder).arch()).isEqualTo(Arch.ARM64);
        write("boot/vmlinuz-" + RELEASE, at(0x38, "RSC\5"));
        assertThat(refusal())
                .isEqualTo(new ProgramRefusal.OtherArch(
                        folder.resolve("bin/busybox").toString(), Arch.RISCV64, "arm64"));
        write("boot/vmlinuz-" + RELEASE, at(0, "MZ"));
        assertThat(refusal()).isInstanceOf(ProgramRefusal.CorruptKernel.class);
    }

    private void modules(Arch arch) throws IOException {
        module(arch, "virtio/virtio_ring", "");
        module(arch, "virtio/virtio", "virtio_ring");
        module(arch, "virtio/virtio_pci", "virtio,virtio-ring");
        module(arch, "net/net_failover", "failover");
        module(arch, "net/failover", "");
        module(arch, "net/virtio_net", "net_failover,virtio");
        module(arch, "char/virtio_console", "virtio_ring,virtio");
    }

    @Test
    void aModuleThatIsNoneIsRefused() throws IOException {
        module(Arch.ARM64, "net/failover", "");
        assertThat(refusal())
                .isEqualTo(new ProgramRefusal.OtherArch(folder + "/modules/03-failover.ko", Arch.X86_64, "arm64"));
        write("lib/modules/" + RELEASE + "/kernel/net/failover.ko", at(0, "\0depends=\0"));
        assertThat(refusal())
                .isInstanceOfSatisfying(
                        ProgramRefusal.CorruptKernel.class,
                        refusal -> assertThat(refusal.message())
                                .contains("modules/03-failover.ko is 4096 bytes", "expected an ELF file"));
    }

    @Test
    void aModuleThatIsCutOffIsRefused() throws IOException {
        Path module = folder.resolve("lib/modules/" + RELEASE + "/kernel/net/failover.ko");
        byte[] whole = Files.readAllBytes(module);
        ByteBuffer.wrap(whole)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(40, whole.length - 64)
                .putShort(58, (short) 64)
                .putShort(60, (short) 1);
        Files.write(module, whole);
        assertThat(DebianKernel.read(folder).files()).containsKey("modules/03-failover.ko");

        Files.write(module, Arrays.copyOf(whole, whole.length - 1));
        assertThat(refusal())
                .isInstanceOfSatisfying(
                        ProgramRefusal.CorruptElf.class,
                        refusal -> assertThat(refusal.message()).contains("failover.ko", "its section headers"));
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Files.delete(folder.resolve("lib/modules/" + RELEASE + "/kernel/net/failover.ko"));
        assertThat(refusal())
                .isEqualTo(new ProgramRefusal.MissingKernelFile(
                        folder.resolve("lib/modules/" + RELEASE).toString(), "failover.ko"));
        Files.delete(folder.resolve("bin/busybox"));
        assertThat(refusal()).isEqualTo(new ProgramRefusal.MissingKernelFile(folder.toString(), "bin/busybox"));
        Files.delete(folder.resolve("boot/vmlinuz-" + RELEASE));
        assertThat(refusal())
                .isEqualTo(new ProgramRefusal.MissingKernelFile(folder.toString(), "boot/vmlinuz-<release>"));
    }

    @Test
    void aKernelThatIsCutOffIsRefused() throws IOException {
        byte[] kernel = at(0x202, "HdrS");
        kernel[0x1f5] = 1;
        write("boot/vmlinuz-" + RELEASE, kernel);
        assertThat(refusal())
                .isInstanceOfSatisfying(
                        ProgramRefusal.CorruptKernel.class,
                        refusal -> assertThat(refusal.message()).contains("expected the 6656 bytes"));
    }

    @Test
    void twoKernelsAreRefused() throws IOException {
        write("boot/vmlinuz-6.1.0-57-cloud-amd64", at(0x202, "HdrS"));
        assertThat(refusal()).isInstanceOf(ProgramRefusal.CorruptKernel.class);
    }

    @Test
    void modulesThatNeedEachOtherAreRefused() throws IOException {
        module(Arch.X86_64, "net/failover", "virtio_net");
        assertThat(refusal()).isInstanceOf(ProgramRefusal.MissingKernelFile.class);
    }

    @ParameterizedTest
    @CsvSource({"gz, gz", "xz, xz", "zst, zstd"})
    void compressedModulesAreDecompressed(String suffix, String compressor) throws Exception {
        Map<String, Digest> plain = digests();
        compress(suffix, compressor, Files.readAllBytes(failover()));
        assertThat(digests()).isEqualTo(plain);
    }

    private Map<String, Digest> digests() throws IOException {
        Map<String, Digest> digests = new TreeMap<>();
        for (Map.Entry<String, Content> file : DebianKernel.read(folder).files().entrySet()) {
            digests.put(file.getKey(), file.getValue().digest());
        }
        return digests;
    }

    @Test
    void modulesThatCannotBeDecompressedAreRefused() throws IOException {
        Files.move(failover(), failover().resolveSibling("failover.ko.xz"));
        assertThat(refusal())
                .isInstanceOfSatisfying(
                        ProgramRefusal.CorruptKernel.class,
                        refusal -> assertThat(refusal.message())
                                .contains("failover.ko.xz", "it cannot be decompressed: "));
    }

    @Test
    void modulesCompressedInAnotherWayAreRefused() throws IOException {
        Files.move(failover(), failover().resolveSibling("failover.ko.lz4"));
        assertThat(refusal())
                .isInstanceOfSatisfying(
                        ProgramRefusal.CorruptKernel.class,
                        refusal -> assertThat(refusal.message())
                                .contains("failover.ko.lz4", "expected .ko, .ko.gz, .ko.xz or .ko.zst"));
    }

    @Test
    void modulesThatBecomeTooLargeAreRefused() throws Exception {
        compress("xz", "xz", new byte[(64 << 20) + 1]);
        assertThat(refusal()).isInstanceOf(ContentRefusal.TooLarge.class);
    }

    private Path failover() {
        return folder.resolve("lib/modules/" + RELEASE + "/kernel/net/failover.ko");
    }

    private void compress(String suffix, String compressor, byte[] module) throws Exception {
        Files.delete(failover());
        Path file = failover().resolveSibling("failover.ko." + suffix);
        try (OutputStream out =
                new CompressorStreamFactory().createCompressorOutputStream(compressor, Files.newOutputStream(file))) {
            out.write(module);
        }
    }

    private Object refusal() throws IOException {
        try {
            return DebianKernel.read(folder);
        } catch (RefusedException e) {
            return e.refusal();
        }
    }

    private void module(Arch arch, String path, String depends) throws IOException {
        byte[] info = ("\0depends=" + depends + "\0name=x\0").getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer module = ByteBuffer.allocate(ElfFile.HEADER_SIZE_BYTES + info.length);
        module.put(elf(arch), 0, ElfFile.HEADER_SIZE_BYTES).put(info);
        write("lib/modules/" + RELEASE + "/kernel/" + path + ".ko", module.array());
    }

    private void write(String path, String text) throws IOException {
        write(path, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void write(String path, byte[] bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static byte[] at(int offset, String magic) {
        byte[] head = new byte[0x1000];
        System.arraycopy(magic.getBytes(StandardCharsets.ISO_8859_1), 0, head, offset, magic.length());
        return head;
    }

    /// A static program with one empty segment.
    private static byte[] elf(Arch arch) {
        ByteBuffer elf = ByteBuffer.allocate(64 + 56).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        elf.putShort((short) 2).putShort((short) arch.elfMachine()).putInt(1);
        elf.putLong(0).putLong(64).putLong(0).putInt(0);
        elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        elf.putInt(1).putInt(5);
        return elf.array();
    }
}
