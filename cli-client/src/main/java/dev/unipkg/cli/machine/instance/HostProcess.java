package dev.unipkg.cli.machine.instance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/// A process of this host, told apart from a later one with the same number by the time of its start. That time counts
/// from the host's own start and comes with its boot id, so a clock that is set right in between changes neither.
///
/// @param boot the boot id of the host; empty on a system that has none
/// @param ticks from the host's start to the process's, field 22 of proc_pid_stat(5); milliseconds since 1970 on a
///     system without `/proc`
public record HostProcess(long pid, String boot, long ticks) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int STATE = 3;
    private static final int START_TIME = 22;

    /// The process as it is now. One that has ended has no ticks, which no running process equals.
    public static HostProcess of(ProcessHandle process) {
        return new HostProcess(process.pid(), bootId(), ticks(process).orElse(-1L));
    }

    /// This pkg.
    public static HostProcess current() {
        return of(ProcessHandle.current());
    }

    /// The process, if it still runs.
    public Optional<ProcessHandle> find() {
        return ticks < 0 || !boot.equals(bootId())
                ? Optional.empty()
                : ProcessHandle.of(pid).filter(process -> ticks(process).equals(Optional.of(ticks)));
    }

    boolean isAlive() {
        return find().isPresent();
    }

    /// Whether the host has started anew since.
    boolean isOfEarlierBoot() {
        return !boot.equals(bootId());
    }

    /// Kills it and its descendants.
    void kill() {
        find().ifPresent(HostProcess::kill);
    }

    /// Kills a process and all that it started, itself first, so that it does nothing about the others' end.
    public static void kill(ProcessHandle process) {
        Stream.concat(Stream.of(process), process.descendants()).toList().forEach(ProcessHandle::destroyForcibly);
    }

    Json.Obj toJson() {
        return Json.object()
                .put("pid", pid)
                .put("boot", boot)
                .put("ticks", ticks)
                .build();
    }

    static HostProcess of(Fields fields) throws IOException {
        return new HostProcess(
                fields.number("pid", 0, Json.Num.MAX), fields.text("boot"), fields.number("ticks", -1, Json.Num.MAX));
    }

    private static String bootId() {
        return HostBoot.ID;
    }

    // It stays the same as long as this process lives.
    private static final class HostBoot {
        private static final String ID = read();

        private HostBoot() {}

        private static String read() {
            try {
                return Files.readString(BOOT_ID, US_ASCII).strip();
            } catch (IOException e) {
                // This system has no /proc, or keeps it from us.
                return "";
            }
        }
    }

    // A process that has ended and was not reaped yet, as in a container whose first process reaps none, does not run.
    private static Optional<Long> ticks(ProcessHandle process) {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            String line = Files.readString(stat, US_ASCII);
            String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", START_TIME - STATE + 2);
            boolean ended = fields[0].equals("Z") || fields[0].equals("X");
            return ended ? Optional.empty() : Optional.of(Long.parseLong(fields[START_TIME - STATE]));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return Files.exists(BOOT_ID)
                    ? Optional.empty()
                    : process.info().startInstant().map(Instant::toEpochMilli);
        }
    }
}
