package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Sizes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The resources of this host. An untrusted package may ask for more than there is, and an overcommitted host
/// swaps and then kills unrelated programs.
///
/// @param memoryBytes total, used or not
/// @param processors available to this process
public record Host(long memoryBytes, int processors) {
    private static final Path MEMORY = Path.of("/proc/meminfo");

    /// This host, as proc(5) knows it; one that does not say has no end of memory.
    public static Host here() throws IOException {
        long bytes = Long.MAX_VALUE;
        if (Files.exists(MEMORY)) {
            for (String line : Files.readAllLines(MEMORY, StandardCharsets.US_ASCII)) {
                if (line.startsWith("MemTotal:")) {
                    bytes = Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        }
        return new Host(bytes, Runtime.getRuntime().availableProcessors());
    }

    /// The memory of a machine of `what`: as much as was chosen, else as the image usually needs.
    ///
    /// @throws Failure when the image needs more to start at all, or the host has less
    public Memory memory(String what, Optional<Long> chosenBytes, MemoryNeed need) {
        long wanted = chosenBytes.orElse(need.usual().bytes());
        if (wanted > memoryBytes) {
            throw new Failure(
                            ExitCode.FAILED,
                            "too-much-memory",
                            "%s wants %s of memory, and this host has %s"
                                    .formatted(what, Sizes.shown(wanted), Sizes.shown(memoryBytes)))
                    .next("give it less with -m; it needs " + need.least() + " to start at all");
        }
        return chosenBytes.map(bytes -> need.require(Memory.ofBytes(bytes))).orElse(need.usual());
    }

    /// The processors of a machine whose package asks for so many: no more than there are, which would only take
    /// turns.
    public int processors(int asked) {
        return Math.clamp(asked, 1, Math.min(processors, Guest.MAX_CPUS));
    }

    /// Checks that the disk has space for what a guest may write.
    ///
    /// @param folder of the instances
    /// @throws Failure when there is less
    public static void requireSpace(String what, long writableBytes, Path folder) throws IOException {
        // A FileStore looks its file system up in the table of mounts, which in a chroot has no entry for it.
        long free = folder.toFile().getUsableSpace();
        if (writableBytes > free) {
            throw new Failure(
                            ExitCode.FAILED,
                            "disk-full",
                            "%s wants to write up to %s, and %s has room for %s"
                                    .formatted(what, Sizes.shown(writableBytes), folder, Sizes.shown(free)))
                    .next("free some space, or let it write less with --writable");
        }
    }
}
