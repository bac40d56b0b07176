package dev.unipkg.kernels.nanos;

import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.TfsLimits;
import dev.unipkg.kernels.nanos.tfs.TfsReader;
import dev.unipkg.kernels.nanos.tfs.Value;
import dev.unipkg.kernels.nanos.tfs.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a disk image or a volume that anybody wrote. Broken or hostile bytes end in a [RefusedException].
public final class NanosReader implements AutoCloseable {

    private final FileChannel channel;
    private final TfsLimits limits;
    private final Window disk;
    private final List<Partition> partitions;

    private NanosReader(FileChannel channel, TfsLimits limits) throws IOException {
        this.channel = channel;
        this.limits = limits;
        this.disk = new Window("the disk image", channel, 0, channel.size());
        byte[] first = disk.read(0, BootRecord.SECTOR);
        this.partitions = BootRecord.isSigned(first)
                ? BootRecord.partitions(first, channel.size())
                : List.of(new Partition(Partition.Role.VOLUME, 0, channel.size()));
    }

    /// Whether a file begins as an image or a volume does, sound or not.
    public static boolean isNanos(Path file) throws IOException {
        byte[] first;
        try (InputStream in = Files.newInputStream(file)) {
            first = in.readNBytes(BootRecord.SECTOR);
        }
        return TfsReader.isMagic(first)
                || first.length == BootRecord.SECTOR && BootRecord.isSigned(first) && BootRecord.isOfNanos(first);
    }

    /// [#open(Path, TfsLimits)] within [TfsLimits#DEFAULT].
    public static NanosReader open(Path image) throws IOException {
        return open(image, TfsLimits.DEFAULT);
    }

    /// Opens an image or a volume; which of them, its first sector says.
    ///
    /// @throws RefusedException when its partition table is not that of a Nanos image
    public static NanosReader open(Path image, TfsLimits limits) throws IOException {
        FileChannel channel = FileChannel.open(image, StandardOpenOption.READ);
        try {
            return new NanosReader(channel, limits);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// The partitions in the order of the disk; for a volume one, which is all of it.
    public List<Partition> partitions() {
        return partitions;
    }

    /// Whether this is a volume rather than an image that boots.
    public boolean isVolume() {
        return partitions.getFirst().role() == Partition.Role.VOLUME;
    }

    /// The file system with the program; of a volume, the only one.
    public TfsReader root() throws IOException {
        return TfsReader.open(window(partitions.getLast()), limits);
    }

    /// The file system with the kernel; a volume has none.
    public Optional<TfsReader> boot() throws IOException {
        for (Partition partition : partitions) {
            if (partition.role() == Partition.Role.BOOT) {
                return Optional.of(TfsReader.open(window(partition), limits));
            }
        }
        return Optional.empty();
    }

    /// The kernel's log of the last program that failed, if one did.
    public Optional<KernelLog> kernelLog() throws IOException {
        long at = partitions.getFirst().offset() - KernelLog.BYTES;
        return at < 0 ? Optional.empty() : KernelLog.read(disk.read(at, KernelLog.BYTES));
    }

    /// Looks at every byte. The boot code, the kernel log and what the
    /// [package of the file system][dev.unipkg.kernels.nanos.tfs] leaves undefined may hold anything.
    public List<Finding> check() throws IOException {
        List<Finding> findings = new ArrayList<>();
        long end = isVolume() ? 0 : head(findings);
        for (Partition partition : partitions) {
            if (partition.offset() < end) {
                findings.add(new Finding.Overlap(
                        "the partitions", partition.role().toString(), partition.offset() / BootRecord.SECTOR));
            } else {
                disk.unclaimed(end, partition.offset()).ifPresent(findings::add);
            }
            end = partition.offset() + partition.size();
            check(partition, findings);
        }
        return findings;
    }

    /// Looks at what stands before the first partition: boot code, and right before the partition the kernel's log.
    private long head(List<Finding> findings) throws IOException {
        long first = partitions.getFirst().offset();
        long log = Math.max(BootRecord.SECTOR, first - KernelLog.BYTES);
        long code = BootRecord.codeBytes(disk.read(0, BootRecord.SECTOR));
        if (code > log) {
            findings.add(new Finding.Overlap("the boot code", "the log of the kernel", log / BootRecord.SECTOR));
        } else {
            disk.unclaimed(code, log).ifPresent(findings::add);
        }
        return first;
    }

    private void check(Partition partition, List<Finding> findings) throws IOException {
        try {
            switch (partition.role()) {
                case ESP -> findings.addAll(EfiCheck.findings(window(partition)));
                case BOOT -> {
                    TfsReader fs = TfsReader.open(window(partition), limits);
                    fs.check().stream()
                            .filter(finding -> !(finding instanceof Finding.NoRoom))
                            .forEach(findings::add);
                    if (fs.file("kernel").isEmpty()) {
                        findings.add(new Finding.MissingProgram("kernel"));
                    }
                }
                case ROOT -> {
                    TfsReader fs = TfsReader.open(window(partition), limits);
                    findings.addAll(fs.check());
                    attributes(fs, findings);
                }
                case VOLUME ->
                    findings.addAll(TfsReader.open(window(partition), limits).check());
            }
        } catch (RefusedException e) {
            findings.add(new Finding.Unreadable(partition.role().toString(), e.refusal()));
        }
    }

    private static void attributes(TfsReader fs, List<Finding> findings) {
        if (!(fs.attributes().members().get("environment") instanceof Value.Tuple)) {
            findings.add(new Finding.MissingAttribute("environment"));
        }
        switch (fs.attributes().members().get("program")) {
            case Value.Text(String program)
            when fs.file(program).isEmpty() -> findings.add(new Finding.MissingProgram(program));
            case Value.Text _ -> {}
            case null, default -> findings.add(new Finding.MissingAttribute("program"));
        }
    }

    private Window window(Partition partition) throws RefusedException {
        return disk.part("the " + partition.role(), partition.offset(), partition.size());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
