package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.GuestMemory;
import dev.unipkg.cli.machine.qemu.QemuProgram;
import dev.unipkg.format.Digest;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The key of a snapshot: the digest of all that the machine in it depends on. Another image, QEMU, machine, processor
/// or probe has another key, so that its snapshots are never loaded by mistake.
///
/// @param program the mark of the QEMU, by which the snapshots of a former one are found
public record SnapshotKey(Digest digest, String program) {
    // Raised when a snapshot of this pkg comes to differ from one of a former pkg.
    static final int FORM = 1;

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    private static final Pattern PROGRAM = Pattern.compile("(.+) [0-9]+ \\S+", Pattern.DOTALL);

    /// @param image the digest of all that went into the image
    public static SnapshotKey of(BootPlan plan, Accelerator accelerator, Digest image) throws IOException {
        String program = QemuProgram.mark(plan.qemu());
        Json.Obj inputs = Json.object()
                .put("form", FORM)
                .put("image", image.toString())
                .put("qemu", program)
                .put("firmware", plan.machine().firmware().map(Path::toString).orElse(""))
                .put("board", Json.texts(plan.machine().board(accelerator, new GuestMemory.Own())))
                .put("processor", accelerator == Accelerator.KVM ? processor() : "")
                .put("memory", plan.guest().memory().toString())
                .put("cpus", plan.guest().cpus())
                .put("probe", plan.probe().toJson())
                .build();
        return new SnapshotKey(Digest.of(inputs.toBytes()), program);
    }

    /// Whether the QEMU of a mark is still there, and the same.
    static boolean isThere(String program) throws IOException {
        Matcher mark = PROGRAM.matcher(program);
        try {
            return mark.matches() && QemuProgram.mark(Path.of(mark.group(1))).equals(program);
        } catch (NoSuchFileException | InvalidPathException e) {
            return false;
        }
    }

    // With KVM the guest sees this processor itself, as its microcode lets it.
    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(PROCESSOR, StandardCharsets.UTF_8)) {
            return lines.takeWhile(line -> !line.isBlank())
                    .filter(line -> line.matches("(model name|microcode|flags|CPU part|Features)\\s*:.*"))
                    .collect(Collectors.joining("; "));
        }
    }
}
