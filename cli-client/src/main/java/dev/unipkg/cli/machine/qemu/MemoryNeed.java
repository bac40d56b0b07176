package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;

/// The memory that an image needs: the least that it starts with, and the default.
///
/// The numbers were found by booting with less and less: Linux 6.1 unpacks all files of an initrd with 97 to 100 % of
/// the memory that is the least here. It holds the initrd beside the unpacked files until all are unpacked, and
/// a fiftieth more to keep account of its pages.
///
/// @param least below this no program of this image can run
/// @param usual with this an ordinary server runs
public record MemoryNeed(Memory least, Memory usual) {
    private static final Memory USUAL = new Memory(256);
    private static final long NANOS_MEBIBYTES = 12;

    // With less the queues of its network card do not fit below the board's device memory.
    private static final long MICROVM_MEBIBYTES = 128;
    private static final long LINUX_MEBIBYTES = 72;
    private static final long UNIKRAFT_MEBIBYTES = 4;
    private static final long STEP_MEBIBYTES = 64;
    private static final long PAGE_ACCOUNTS = 50;

    /// The memory that `image` needs on `machine`.
    public static MemoryNeed of(Image image, boolean microvm) throws IOException {
        if (image instanceof Image.KernelAndInitrd linux) {
            return ofLinux(linux);
        }
        if (image instanceof Image.Unikernel unikernel) {
            return ofUnikernel(unikernel);
        }
        return new MemoryNeed(new Memory(microvm ? MICROVM_MEBIBYTES : NANOS_MEBIBYTES), USUAL);
    }

    private static MemoryNeed ofLinux(Image.KernelAndInitrd linux) throws IOException {
        long files = Files.size(linux.initrd()) + linux.unpackedBytes();
        long least =
                LINUX_MEBIBYTES + Memory.ofBytes(files + files / PAGE_ACCOUNTS).mebibytes();
        long rounded = Math.ceilDiv(least + STEP_MEBIBYTES, STEP_MEBIBYTES) * STEP_MEBIBYTES;
        return new MemoryNeed(new Memory(least), new Memory(Math.max(USUAL.mebibytes(), rounded)));
    }

    private static MemoryNeed ofUnikernel(Image.Unikernel unikernel) throws IOException {
        // The kernel, and the initrd beside the files that are unpacked from it.
        long initrd =
                unikernel.initrd().isPresent() ? Files.size(unikernel.initrd().get()) : 0;
        long least = UNIKRAFT_MEBIBYTES
                + Memory.ofBytes(Files.size(unikernel.kernel()) + 2 * initrd).mebibytes();
        return new MemoryNeed(new Memory(least), new Memory(Math.max(USUAL.mebibytes(), 2 * least)));
    }

    /// Refuses to start with too little.
    ///
    /// @throws Failure naming the least that is worth a try
    public Memory require(Memory given) {
        if (given.mebibytes() < least.mebibytes()) {
            throw new Failure(
                            ExitCode.FAILED,
                            "too-little-memory",
                            given + " of memory are too little: this image needs " + least + " to start at all")
                    .next("give it more, as in -m " + usual);
        }
        return given;
    }
}
