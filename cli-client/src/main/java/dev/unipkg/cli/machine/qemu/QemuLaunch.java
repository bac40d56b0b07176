package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.console.StdinPort;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Starts the process of QEMU in the folder of its instance.
///
/// @param folder of the instance
public record QemuLaunch(BootPlan plan, LaunchMode mode, Path folder) {
    /// The guest's writes over its image: a qcow2 disk whose backing file is the image.
    public static final String DISK = "disk.qcow2";

    /// QEMU's process id, written by QEMU.
    public static final String PID = "qemu.pid";

    /// QEMU's own stderr.
    public static final String LOG = "qemu.log";

    /// QEMU's exit status, of a detached instance that ended.
    public static final String EXIT = "exit";

    /// QMP, served by QEMU to one client at a time.
    public static final String CONTROL = "control.sock";

    /// The frames of the guest's network card while its readiness is probed: a named pipe.
    public static final String TRAFFIC = "traffic.pipe";

    /// The socket on which pkg talks to the agent in the guest, beside the one on which it waits for QEMU.
    public static final String AGENT = "agent.sock";

    /// The socket for the state of a machine that becomes a snapshot or goes on from one, there as well.
    public static final String STATE = "state.sock";

    /// Makes the disk of the guest, where its image has one.
    ///
    /// @param keep whether a disk that is there is used again, with what the guest wrote to it, also under another
    ///     accelerator
    public void prepareDisk(boolean keep) throws IOException {
        Path disk = folder.resolve(DISK);
        if (mode.memory() instanceof GuestMemory.Saved(SavedMachine saved)) {
            if (saved.disk().isPresent()) {
                copy(saved.disk().get(), disk);
            }
            return;
        }
        if (plan.guest().image() instanceof Image.Disk image && !(keep && Files.exists(disk))) {
            Files.deleteIfExists(disk);
            Overlay.write(disk, image.file(), Files.size(image.file()));
        }
    }

    private static void copy(Path saved, Path disk) throws IOException {
        try {
            Files.copy(saved, disk, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // Another pkg has removed the snapshot at this moment, or the host's disk is full. QEMU ends without a
            // disk, and the guest boots.
            Files.deleteIfExists(disk);
        }
    }

    /// Lets the shell that was started become QEMU.
    ///
    /// @param socket where pkg waits for QEMU to connect
    /// @param stdin whether the guest gets standard input, through a socket beside that one
    /// @param frameBytes how many bytes of each of the guest's frames QEMU copies; empty where it copies none
    public Process start(QemuStart start, Path socket, boolean stdin, OptionalInt frameBytes) throws IOException {
        return start.become(command(socket, stdin, frameBytes), mode.resumes());
    }

    private List<String> command(Path socket, boolean stdin, OptionalInt frameBytes) throws IOException {
        Optional<String> input =
                stdin ? Optional.of(seenByQemu(socket.resolveSibling(StdinPort.SOCKET))) : Optional.empty();
        Optional<String> agent = hasAgent() ? Optional.of(seenByQemu(socket.resolveSibling(AGENT))) : Optional.empty();
        return Qemu.commandLine(plan, mode, new Qemu.Channels(seenByQemu(socket), input, frameBytes, agent));
    }

    /// Whether QEMU connects to the socket of the agent.
    public boolean hasAgent() {
        return mode.memory().file().isPresent()
                && plan.machine().hasAgentPort(plan.guest().image());
    }

    // QEMU runs in the folder, where the name alone is short enough for a socket.
    public String seenByQemu(Path path) {
        return path.startsWith(folder) ? path.getFileName().toString() : path.toString();
    }
}
