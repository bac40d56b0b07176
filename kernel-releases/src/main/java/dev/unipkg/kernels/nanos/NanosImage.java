package dev.unipkg.kernels.nanos;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.file.FileHead;
import dev.unipkg.kernels.file.ImageFile;
import dev.unipkg.kernels.nanos.tfs.TfsWriter;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes a disk image (see the package) in one pass, as a sparse file.
public final class NanosImage {

    private static final long MIB = 1 << 20;

    /// The size that the tools of Nanos give the boot file system; ours is larger only when its content is.
    private static final long BOOT_BYTES = 12 * MIB;

    private final NanosSpec spec;
    private final byte[] bootCode;
    private final Optional<EfiPartition> esp;
    private final TfsWriter boot;
    private final TfsWriter root;
    private final List<Partition> partitions = new ArrayList<>();

    private NanosImage(NanosSpec spec) throws IOException {
        this.spec = spec;
        this.bootCode = bootCode(spec.kernel());
        Optional<Content> loader = spec.kernel().uefiLoader();
        this.esp = loader.isPresent()
                ? Optional.of(new EfiPartition(spec.kernel().arch(), loader.get()))
                : Optional.empty();
        this.boot = TfsWriter.plan(bootTree(spec.kernel()).root(), Value.Tuple.EMPTY);
        this.root = TfsWriter.plan(spec.tree().root(), spec.completeAttributes());
        layOut();
    }

    /// Writes the image that `spec` describes. The target appears when it is whole, in the place of what was
    /// there; whatever happens before, nothing is left behind.
    ///
    /// @throws RefusedException when the spec names no program or has attributes that the kernel would panic on,
    ///     when a kernel file is not what it should be, when the image would have more than 2 TiB, or when the disk
    ///     is full
    public static void write(NanosSpec spec, Path target) throws IOException {
        NanosImage image = new NanosImage(spec);
        Partition last = image.partitions.getLast();
        ImageFile.write(target, last.offset() + last.size(), image::write);
    }

    private void layOut() throws RefusedException {
        requireSize(spec.writableBytes());
        long at = bootCode.length + KernelLog.BYTES;
        if (esp.isPresent()) {
            at = add(Partition.Role.ESP, at, esp.get().size());
        }
        at = add(Partition.Role.BOOT, at, Math.max(BOOT_BYTES, roundUp(boot.readOnlySize())));
        // Whole mebibytes: several hypervisors and clouds take no other disk.
        long end = roundUp(at + root.size(spec.writableBytes()));
        requireSize(end);
        add(Partition.Role.ROOT, at, end - at);
    }

    private static void requireSize(long bytes) throws RefusedException {
        if (bytes > BootRecord.MAX_DISK_BYTES) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "writable",
                            "makes a disk of " + bytes + " bytes, expected less than 2 TiB, which is what a partition"
                                    + " table can say")
                    .asException();
        }
    }

    private long add(Partition.Role role, long offset, long size) {
        partitions.add(new Partition(role, offset, size));
        return offset + size;
    }

    private void write(FileChannel image) throws IOException {
        BootRecord.fill(bootCode, partitions);
        ImageFile.put(image, 0, bootCode);
        for (Partition partition : partitions) {
            switch (partition.role()) {
                case ESP -> esp.orElseThrow().write(image, partition.offset());
                case BOOT -> boot.write(image, partition.offset(), "", boot.deriveUuid("boot"));
                case ROOT -> root.write(image, partition.offset(), "", root.deriveUuid("root"));
                case VOLUME -> throw new IllegalStateException("a volume is no partition");
            }
        }
    }

    private static byte[] bootCode(NanosKernel kernel) throws IOException {
        if (kernel.bootCode().isEmpty()) {
            return BootRecord.withoutCode();
        }
        Content content = kernel.bootCode().get();
        NanosFiles.require("nanos", kernel.arch(), FileHead.of(NanosKernel.BOOT_CODE, content));
        return content.readAll().clone();
    }

    private static FileTree bootTree(NanosKernel kernel) {
        FileTree.Builder tree = FileTree.builder().file("kernel", kernel.kernel(), false);
        for (Map.Entry<String, Content> klib : kernel.klibs().entrySet()) {
            tree.file("klib/" + klib.getKey(), klib.getValue(), false);
        }
        return tree.build();
    }

    /// Whole mebibytes.
    static long roundUp(long bytes) {
        return Math.ceilDiv(bytes, MIB) * MIB;
    }
}
