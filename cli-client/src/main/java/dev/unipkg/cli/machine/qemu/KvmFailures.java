package dev.unipkg.cli.machine.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// The record of KVM failures on this host. `/dev/kvm` may open and still fail on every guest, as on some
/// nested hosts. A guest that KVM fails on is recorded here, and later ones use TCG at once, until the kernel,
/// the processor or QEMU changes, or a week has passed.
///
/// @param file two lines: until when (ISO 8601), and what failed
/// @param device the KVM device file
public record KvmFailures(Path file, Path device, Clock clock) {
    private static final Duration KEPT = Duration.ofDays(7);

    /// The failures on this host, recorded in `file`.
    public static KvmFailures in(Path file) {
        return new KvmFailures(file, Path.of("/dev/kvm"), Clock.systemUTC());
    }

    /// Whether this host has KVM and lets this user open it.
    boolean offered() {
        return Files.isReadable(device) && Files.isWritable(device);
    }

    /// Whether KVM is known to fail with this QEMU.
    boolean include(Path qemu) {
        try {
            String[] lines = Files.readString(file).split("\n", 2);
            return lines.length == 2
                    && Instant.parse(lines[0]).isAfter(clock.instant())
                    && lines[1].strip().equals(subject(qemu));
        } catch (IOException | RuntimeException e) {
            // No record, or one that cannot be read: KVM is tried, which costs seconds and harms nothing.
            return false;
        }
    }

    /// Records that KVM failed with this QEMU.
    public void add(Path qemu) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), "kvm", ".tmp");
        Files.writeString(draft, clock.instant().plus(KEPT) + "\n" + subject(qemu) + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String subject(Path qemu) throws IOException {
        return "Linux " + System.getProperty("os.version") + "; " + processor() + "; " + QemuProgram.mark(qemu);
    }

    private static String processor() throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("model name") || line.startsWith("CPU part")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
            return "unknown processor";
        }
    }
}
