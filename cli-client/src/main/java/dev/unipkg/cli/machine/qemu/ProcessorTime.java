package dev.unipkg.cli.machine.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The processor time of a QEMU under KVM, all threads together, in ticks of 10 ms: the fields `utime`, `stime`
/// and `guest_time` of proc_pid_stat(5).
///
/// @param user in QEMU itself and in its guest
/// @param system in the host's kernel
/// @param guest the part of `user` that the guest's own instructions ran
public record ProcessorTime(long user, long system, long guest) {
    private static final int UTIME = 14;
    private static final int STIME = 15;
    private static final int GUEST_TIME = 43;

    // A second: KVM has woken from its first faults on the guest's memory by then, and a user does not yet wonder.
    private static final long ENOUGH_TICKS = 100;

    static final ProcessorTime NONE = new ProcessorTime(0, 0, 0);

    /// Reads the processor time that the process has used.
    ///
    /// @throws IOException where it has ended, or this system does not say
    static ProcessorTime of(long pid) throws IOException {
        return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"), US_ASCII));
    }

    /// The processor time that all threads of a process had or waited for, in milliseconds. A thread that has work
    /// waits more than it runs on a busy host. The source is the first two fields, in nanoseconds, of
    /// `/proc/PID/task/TID/schedstat` (Documentation/scheduler/sched-stats.rst of Linux).
    ///
    /// @throws IOException where it has ended, or this system does not say
    public static long wantedMillis(long pid) throws IOException {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                String[] fields =
                        Files.readString(thread.resolve("schedstat"), US_ASCII).split(" ");
                nanos += Long.parseLong(fields[0]) + Long.parseLong(fields[1]);
            }
        }
        return nanos / 1_000_000;
    }

    /// @param stat the line as Linux writes it, in which only the second field, the program's name in parentheses, may
    ///     hold blanks
    static ProcessorTime parse(String stat) throws IOException {
        // Field 3 is the first after the name.
        List<String> fields =
                List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "));
        try {
            return new ProcessorTime(field(fields, UTIME), field(fields, STIME), field(fields, GUEST_TIME));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("not a line of /proc/PID/stat: " + stat, e);
        }
    }

    private static long field(List<String> fields, int number) {
        return Long.parseLong(fields.get(number - 3));
    }

    /// The time used since `earlier`.
    ProcessorTime since(ProcessorTime earlier) {
        return new ProcessorTime(user - earlier.user, system - earlier.system, guest - earlier.guest);
    }

    /// Whether there is enough to tell by.
    boolean isTelling() {
        return all() >= ENOUGH_TICKS;
    }

    /// Whether the processor runs the guest's instructions.
    boolean isRunning() {
        return isTelling() && guest * 20 > all();
    }

    /// Whether the host's kernel interprets the guest's instructions where the processor should run them. KVM does that
    /// with the few that the processor cannot run; a KVM without the processor's help, as on some hosts that are
    /// virtual machines themselves, does it with all of a kernel's, far slower than TCG.
    boolean isInterpreting() {
        return isTelling() && !isRunning() && system * 10 >= all() * 9;
    }

    private long all() {
        return user + system;
    }
}
