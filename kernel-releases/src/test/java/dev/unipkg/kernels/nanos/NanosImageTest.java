package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.TfsNode;
import dev.unipkg.kernels.nanos.tfs.TfsReader;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NanosImageTest {

    private static final long MIB = 1 << 20;

    /// The offset of the first partition: after the boot code and the kernel's log.
    private static final int FIRST = InventedRelease.BOOT_CODE_BYTES + 4096;

    private static final FileTree ROOT = FileTree.builder()
            .file("bin/hello", "program")
            .symlink("run", "bin/hello")
            .build();

    private static final Value.Tuple ATTRIBUTES = Value.Tuple.EMPTY
            .with("program", Value.text("/run"))
            .with("arguments", Value.texts(List.of("hello", "world")));

    @TempDir
    Path folder;

    private Path write(NanosKernel kernel, FileTree root, Value.Tuple attributes, long writable) throws IOException {
        Path image = folder.resolve("image-" + UUID.randomUUID());
        NanosImage.write(new NanosSpec(kernel, root, attributes, writable), image);
        return image;
    }

    private Path write(NanosKernel kernel) throws IOException {
        return write(kernel, ROOT, ATTRIBUTES, 0);
    }

    @Test
    void aBiosImageIsBootCodeALogAndTwoFileSystems() throws IOException {
        Path image = write(InventedRelease.kernel(Arch.X86_64, false));

        byte[] start = Arrays.copyOf(Files.readAllBytes(image), FIRST);
        byte[] code = InventedRelease.bootCode(InventedRelease.BOOT_CODE_BYTES);
        assertThat(Arrays.copyOf(start, 0x1be)).isEqualTo(Arrays.copyOf(code, 0x1be));
        assertThat(HexFormat.of().formatHex(start, 0x1be, 0x200))
                .isEqualTo(
                        // active, CHS 0/0/13, type 83, CHS 1/135/18, LBA 12, 24576 sectors: 12 MiB
                        "80" + "000d00" + "83" + "871201" + "0c000000" + "00600000"
                                // active, CHS 1/135/19, type 83, CHS 1/200/7, LBA 24588, up to 14 MiB
                                + "80" + "871301" + "83" + "c80701" + "0c600000" + "f40f0000"
                                + "00".repeat(32)
                                + "55aa");
        assertThat(Arrays.copyOfRange(start, 512, InventedRelease.BOOT_CODE_BYTES))
                .isEqualTo(Arrays.copyOfRange(code, 512, code.length));
        assertThat(Arrays.copyOfRange(start, InventedRelease.BOOT_CODE_BYTES, FIRST))
                .containsOnly(0);
        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.partitions())
                    .containsExactly(
                            new Partition(Partition.Role.BOOT, FIRST, 12 * MIB),
                            new Partition(Partition.Role.ROOT, FIRST + 12 * MIB, 2 * MIB - FIRST));
            assertThat(reader.check()).isEmpty();
            assertThat(reader.kernelLog()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"X86_64, bootx64.efi, BOOTX64 EFI", "ARM64, bootaa64.efi, BOOTAA64EFI"})
    void aHybridImageHasTheLoaderWhereFirmwareLooks(Arch arch, String title, String name) throws IOException {
        Path image = write(InventedRelease.kernel(arch, true));

        try (NanosReader reader = NanosReader.open(image)) {
            Partition esp = reader.partitions().getFirst();
            assertThat(esp.role()).isEqualTo(Partition.Role.ESP);
            byte[] bytes = Files.readAllBytes(image);
            assertThat(bytes[0x1be + 4]).isEqualTo((byte) 0xef);
            byte[] fat = Arrays.copyOfRange(bytes, (int) esp.offset(), (int) (esp.offset() + esp.size()));
            assertThat(new FatReader(fat).file("EFI        ", "BOOT       ", name))
                    .isEqualTo(InventedRelease.file(arch, title));
            assertThat(reader.check()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "511", "512", "786432", "2000000", "3000000", "9000000"})
    void aLoaderOfAnySizeFitsItsPartition(int size) throws IOException {
        byte[] loader = InventedRelease.noise(7, size);
        EfiPartition esp = new EfiPartition(Arch.X86_64, new Content.Bytes(loader));
        Path file = folder.resolve("esp");
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(esp.size());
            esp.write(out.getChannel(), 0);
            assertThat(out.length()).isEqualTo(esp.size());
        }

        assertThat(new FatReader(Files.readAllBytes(file)).file("EFI        ", "BOOT       ", "BOOTX64 EFI"))
                .isEqualTo(loader);
    }

    @Test
    void anArmImageHasNoBootCode() throws IOException {
        Path image = write(InventedRelease.kernel(Arch.ARM64, false));

        byte[] sector = Arrays.copyOf(Files.readAllBytes(image), 512);
        assertThat(Arrays.copyOf(sector, 0x1ba)).containsOnly(0);
        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.partitions().getFirst()).isEqualTo(new Partition(Partition.Role.BOOT, 0x1200, 12 * MIB));
            assertThat(reader.check()).isEmpty();
        }
    }

    @Test
    void theBootFileSystemHoldsTheKernelAndTheChosenKlibs() throws IOException {
        Path image = write(InventedRelease.kernel(Arch.X86_64, false, "tls"));

        try (NanosReader reader = NanosReader.open(image)) {
            TfsReader boot = reader.boot().orElseThrow();
            List<String> paths = new ArrayList<>();
            boot.forEach((path, _) -> paths.add(path));
            assertThat(paths).containsExactly("kernel", "klib", "klib/tls");
            ByteArrayOutputStream kernel = new ByteArrayOutputStream();
            boot.cat("kernel", kernel);
            assertThat(kernel.toByteArray()).isEqualTo(InventedRelease.file(Arch.X86_64, "kernel.img"));
            assertThat(reader.root().attributes().members()).containsEntry("klibs", Value.text("bootfs"));
        }
    }

    @Test
    void aKlibThatTheReleaseDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> InventedRelease.kernel(Arch.X86_64, false, "teleport"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal())
                                .isEqualTo(new ProgramRefusal.MissingKernelFile("nanos:1", "klibs/teleport")));
    }

    @Test
    void theBootFileSystemGrowsWithItsKernel() throws IOException {
        Map<String, Content> files = InventedRelease.files(Arch.X86_64);
        files.put("kernel.img", new Content.Bytes(InventedRelease.noise(8, 14 << 20)));

        Path image = write(NanosKernel.of("nanos:1", Arch.X86_64, files, List.of(), false));

        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.partitions().getFirst().size()).isEqualTo(15 * MIB);
            assertThat(reader.check()).isEmpty();
        }
    }

    @Test
    void theRootHasTheAttributesTheKernelNeeds() throws IOException {
        Path image = write(InventedRelease.kernel(Arch.X86_64, false));

        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.root().attributes()).isEqualTo(ATTRIBUTES.with("environment", Value.Tuple.EMPTY));
        }
    }

    @Test
    void mountPointsAreMade() throws IOException {
        Value.Tuple attributes =
                ATTRIBUTES.with("mounts", Value.texts(new TreeMap<>(Map.of("one", "/srv/one", "two", "/bin:ro"))));

        Path image = write(InventedRelease.kernel(Arch.X86_64, false), ROOT, attributes, 0);

        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.root().find("srv/one")).get().isInstanceOf(TfsNode.Directory.class);
            assertThat(reader.root().find("bin/hello")).get().isInstanceOf(TfsNode.File.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"/nothing", "bin", "/bin/hello/x", "../../x//"})
    void aProgramThatIsNotThereIsRefused(String program) {
        assertThatThrownBy(() -> write(
                        InventedRelease.kernel(Arch.X86_64, false),
                        ROOT,
                        ATTRIBUTES.with("program", Value.text(program)),
                        0))
                .isInstanceOf(RefusedException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void attributesThatWouldMakeTheKernelPanicAreRefused() {
        Value number = new Value.Number(BigInteger.ONE);
        List<Value.Tuple> bad = List.of(
                Value.Tuple.EMPTY,
                ATTRIBUTES.with("program", number),
                ATTRIBUTES.with("arguments", new Value.Vector(List.of(number))),
                ATTRIBUTES.with("arguments", Value.text("-x")),
                ATTRIBUTES.with("environment", Value.Tuple.EMPTY.with("PORT", number)),
                ATTRIBUTES.with("environment", Value.texts(List.of("A=b"))),
                ATTRIBUTES.with("mounts", Value.text("data:/mnt")),
                ATTRIBUTES.with("mounts", Value.Tuple.EMPTY.with("data", number)));

        for (Value.Tuple attributes : bad) {
            assertThatThrownBy(() -> write(InventedRelease.kernel(Arch.X86_64, false), ROOT, attributes, 0))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal()).isInstanceOf(ProgramRefusal.ImpossibleSetting.class));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(longs = {2L << 40, 3L << 40, Long.MAX_VALUE})
    void aDiskThatNoPartitionTableCanDescribeIsRefused(long writable) {
        assertThatThrownBy(() -> write(InventedRelease.kernel(Arch.X86_64, false), ROOT, ATTRIBUTES, writable))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ProgramRefusal.ImpossibleSetting.class))
                .hasMessageContaining("less than 2 TiB");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (60L << 20) + 1, 5L << 30})
    void aLoaderThatNoPartitionHoldsIsRefused(long size) {
        Map<String, Content> files = InventedRelease.files(Arch.X86_64);
        files.put("bootx64.efi", new Content.Region(folder.resolve("bootx64.efi"), 0, size));

        assertThatThrownBy(() -> write(NanosKernel.of("nanos:1", Arch.X86_64, files, List.of(), true)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ProgramRefusal.CorruptKernel.class))
                .hasMessageContaining("bootx64.efi has " + size + " bytes");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void firmwareThatCannotStartNanosIsRefused() {
        Map<String, Content> files = InventedRelease.files(Arch.RISCV64);
        files.put("bootriscv64.efi", new Content.Bytes(new byte[1]));

        assertThatThrownBy(() -> write(NanosKernel.of("nanos:1", Arch.RISCV64, files, List.of(), true)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ProgramRefusal.ImpossibleSetting.class));
    }

    @Test
    void bootCodeThatIsNoneIsRefused() {
        byte[] unsigned = InventedRelease.bootCode(2048);
        unsigned[0x1ff] = 0;
        byte[] otherLength = Arrays.copyOf(InventedRelease.bootCode(2048), 4096);

        for (byte[] code : List.of(new byte[0], new byte[511], new byte[2048], unsigned, otherLength)) {
            Map<String, Content> files = InventedRelease.files(Arch.X86_64);
            files.put("boot.img", new Content.Bytes(code));
            assertThatThrownBy(() -> write(NanosKernel.of("nanos:1", Arch.X86_64, files, List.of(), false)))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal()).isInstanceOf(ProgramRefusal.CorruptKernel.class));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Arch.class,
            names = {"X86_64", "ARM64"})
    void equalSpecsAreEqualBytes(Arch arch) throws IOException {
        Path first = write(InventedRelease.kernel(arch, true, "ntp", "tls"));
        Path second = write(InventedRelease.kernel(arch, true, "tls", "ntp"));

        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }

    @Test
    void writableSpaceIsFreeAndTakesNoRoomOnTheHost() throws IOException, InterruptedException {
        Path image = write(InventedRelease.kernel(Arch.X86_64, false), ROOT, ATTRIBUTES, 4L << 30);

        assertThat(Files.size(image))
                .isBetween(4L << 30, (4L << 30) + 32 * MIB)
                .satisfies(size -> assertThat(size % MIB).isZero());
        Process stat = new ProcessBuilder("stat", "-c", "%b", image.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertThat(stat.waitFor()).isZero();
        assertThat(Long.parseLong(blocks) * 512).isLessThan(MIB / 2);
    }

    @Test
    void aFailureLeavesNothingBehind() throws IOException {
        Path shrunk = Files.write(folder.resolve("source"), new byte[5000]);
        Content gone = new Content.Region(shrunk, 0, 90_000);
        FileTree root = ROOT.toBuilder().file("large", gone, false).build();
        Path target = Files.writeString(folder.resolve("image"), "what was there");

        assertThatThrownBy(() -> NanosImage.write(
                        new NanosSpec(InventedRelease.kernel(Arch.X86_64, false), root, ATTRIBUTES, 0), target))
                .isInstanceOf(EOFException.class);

        assertThat(target).hasContent("what was there");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("source", "image");
    }

    @Test
    void aVolumeHasItsLabelItsIdentityAndItsFiles() throws IOException {
        UUID uuid = UUID.randomUUID();
        Path file = folder.resolve("volume");

        new NanosVolume("data", Optional.of(uuid), ROOT, 8 * MIB).write(file);

        assertThat(Files.size(file)).isEqualTo(10 * MIB);
        try (NanosReader reader = NanosReader.open(file)) {
            assertThat(reader.isVolume()).isTrue();
            assertThat(reader.boot()).isEmpty();
            assertThat(reader.root().label()).isEqualTo("data");
            assertThat(reader.root().uuid()).isEqualTo(uuid);
            assertThat(reader.root().file("run")).isPresent();
            assertThat(reader.check()).isEmpty();
        }
    }

    @Test
    void theIdentityOfAVolumeFollowsFromWhatIsInIt() throws IOException {
        assertThat(identity("data", "hello"))
                .isEqualTo(identity("data", "hello"))
                .isNotEqualTo(identity("data", "olleh"))
                .isNotEqualTo(identity("other", "hello"))
                .matches(uuid -> uuid.version() == 8 && uuid.variant() == 2);
    }

    private UUID identity(String label, String content) throws IOException {
        Path file = folder.resolve("volume");
        FileTree tree = FileTree.builder()
                .file("a", content)
                .file("b", new Content.Bytes(InventedRelease.noise(1, 300_000)), false)
                .build();
        new NanosVolume(label, Optional.empty(), tree, 0).write(file);
        try (NanosReader reader = NanosReader.open(file)) {
            assertThat(reader.check()).allMatch(Finding::isHarmless);
            for (String path : List.of("a", "b")) {
                ByteArrayOutputStream read = new ByteArrayOutputStream();
                reader.root().cat(path, read);
                assertThat(new Content.Bytes(read.toByteArray()).digest())
                        .isEqualTo(((Node.File) tree.find(path).orElseThrow())
                                .content()
                                .digest());
            }
            return reader.root().uuid();
        }
    }

    @Test
    void aLabelMustFitItsPlace() {
        assertThatThrownBy(() -> new NanosVolume("x".repeat(32), Optional.empty(), ROOT, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NanosVolume("a\0b", Optional.empty(), ROOT, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
