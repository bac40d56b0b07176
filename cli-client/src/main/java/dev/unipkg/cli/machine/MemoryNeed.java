package dev.unipkg.cli.machine;

import dev.unipkg.cli.talk.ExitCode;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;

/// How much memory an image needs on a machine: what it cannot start without, and what it gets where
/// nobody says.
///
/// The numbers were found by booting with less and less. Linux holds its initrd twice while it unpacks
/// it, and gives the unpacked files at most half of the memory.
///
/// @param least below this no program of this image can run
/// @param usual with this an ordinary server runs
public record MemoryNeed(Memory least, Memory usual) {
    private static final Memory USUAL = new Memory(256);
    private static final long NANOS_MEBIBYTES = 12;

    // With less the queues of its network card do not fit below the board's device memory.
    private static final long MICROVM_MEBIBYTES = 128;
    private static final long LINUX_MEBIBYTES = 72;
    private static final long STEP_MEBIBYTES = 64;

    /// What `image` needs on `machine`.
    public static MemoryNeed of(Image image, boolean microvm) throws IOException {
        return switch (image) {
            case Image.Disk _ -> new MemoryNeed(new Memory(microvm ? MICROVM_MEBIBYTES : NANOS_MEBIBYTES), USUAL);
            case Image.KernelAndInitrd linux -> {
                long initrd = Memory.ofBytes(Files.size(linux.initrd())).mebibytes();
                long comfortable = LINUX_MEBIBYTES + STEP_MEBIBYTES + 3 * initrd;
                long rounded = (comfortable + STEP_MEBIBYTES - 1) / STEP_MEBIBYTES * STEP_MEBIBYTES;
                yield new MemoryNeed(
                        new Memory(LINUX_MEBIBYTES + 2 * initrd), new Memory(Math.max(USUAL.mebibytes(), rounded)));
            }
        };
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
                    .next("run with -m " + usual);
        }
        return given;
    }
}
