package dev.unipkg.cli.machine;

import dev.unipkg.cli.talk.Failure;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Starts the process of QEMU in the folder of its instance.
record QemuLaunch(BootPlan plan, LaunchMode mode, InstanceFolder folder) {
    // The least number of console bytes kept of a detached instance; at most four times as many are.
    private static final long CONSOLE_BYTES = 4 << 20;

    /// Makes the disk, and removes the files of an earlier attempt, whose end would be taken for that of this one.
    void prepareFolder() throws IOException {
        if (plan.guest().image() instanceof Image.Disk disk) {
            makeDisk(disk.file());
        }
        for (String earlier : List.of(
                InstanceFolder.CONSOLE,
                InstanceFolder.EARLIER,
                InstanceFolder.PID,
                InstanceFolder.EXIT,
                InstanceFolder.KILLED,
                InstanceFolder.NETWORK,
                InstanceFolder.NETWORK_PID)) {
            Files.deleteIfExists(folder.file(earlier));
        }
    }

    // A disk that is used again keeps what the guest wrote to it, also under another accelerator.
    private void makeDisk(Path image) throws IOException {
        Path disk = folder.file(InstanceFolder.DISK);
        if (!folder.again() || !Files.exists(disk)) {
            Files.deleteIfExists(disk);
            Overlay.write(disk, image, Files.size(image));
        }
    }

    /// @param socket where pkg waits for QEMU to connect
    /// @param stdin whether the guest gets standard input, through a socket beside that one
    /// @param traffic whether QEMU copies the guest's frames
    Process start(Path socket, boolean stdin, boolean traffic) throws IOException {
        List<String> command = command(socket, stdin, traffic);
        try {
            return new ProcessBuilder(command)
                    .directory(folder.path().toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(plan.detached() ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.PIPE)
                    .redirectError(folder.file(InstanceFolder.TALK).toFile())
                    .start();
        } catch (IOException e) {
            throw Failure.failed("cannot start " + plan.qemu() + ": " + e.getMessage())
                    .causedBy(e);
        }
    }

    private List<String> command(Path socket, boolean stdin, boolean traffic) throws IOException {
        Optional<String> input =
                stdin ? Optional.of(seenByQemu(socket.resolveSibling(InstanceFolder.STDIN))) : Optional.empty();
        List<String> qemu = Qemu.commandLine(
                plan.qemu(),
                plan.machine(),
                plan.guest(),
                mode.accelerator(),
                new Qemu.Wires(
                        seenByQemu(socket),
                        mode.sandboxed(),
                        traffic,
                        mode.passt().isPresent(),
                        input));
        if (mode.passt().isPresent()) {
            qemu = Passt.before(qemu, mode.passt().get(), plan.guest().forwards());
        }
        return plan.detached()
                ? QemuProcess.detached(qemu, CONSOLE_BYTES)
                : QemuProcess.foreground(qemu).orElse(qemu);
    }

    // QEMU runs in the folder, where the name alone is short enough for a socket.
    private String seenByQemu(Path path) {
        return path.startsWith(folder.path()) ? path.getFileName().toString() : path.toString();
    }
}
