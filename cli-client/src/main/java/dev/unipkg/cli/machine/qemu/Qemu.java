package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.console.StdinPort;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.Passt;
import dev.unipkg.cli.output.Failure;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The QEMU programs of this host and their command lines. File names in the arguments are relative to the
/// instance's folder, in which QEMU runs: they need no escaping there, and the paths of its sockets stay within
/// the 107 bytes that Linux allows however deep the folder is.
final class Qemu {
    private static final Path QBOOT = Path.of("/usr/share/qemu/qboot.rom");

    // After its start QEMU may neither start programs nor change its user, even if a guest takes it over: the
    // host's kernel kills it for the attempt (seccomp).
    private static final String SANDBOX = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

    /// The id of the object that writes the guest's frames.
    static final String TRAFFIC = "traffic";

    /// The id of a guest's network.
    static final String NETWORK = "net";

    // A snapshot's state holds that of the template's network, which QEMU loads only into a network of the same kind.
    private static final String TEMPLATE_NETWORK = "user,id=template,restrict=on";

    // The reader limits the log, because QEMU cannot.
    private static final String CONSOLE = "stdio,id=console,signal=off";

    private Qemu() {}

    /// The first `name` on the PATH.
    static Optional<Path> find(String name) {
        return find(name, Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    private static Optional<Path> find(String name, String searchPath) {
        for (String folder : searchPath.split(File.pathSeparator)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /// The program that was chosen.
    ///
    /// @throws Failure when it cannot be run
    static Path require(Path chosen) {
        if (!Files.isExecutable(chosen) || Files.isDirectory(chosen)) {
            throw Failure.failed("there is no program " + chosen)
                    .next("name a QEMU with --qemu, or leave it out for the one on the PATH");
        }
        return chosen;
    }

    /// The program of `machine`.
    ///
    /// @throws Failure naming the package to install
    static Path require(Machine machine) {
        return require(machine, Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    static Path require(Machine machine, String searchPath) {
        Machine.Program program = machine.program();
        Optional<Path> found = find(program.name(), searchPath);
        if (found.isEmpty()) {
            throw Failure.failed(program.name() + " is not on the PATH; pkg boots machines with QEMU")
                    .next("on Debian or Ubuntu: apt-get install " + program.debianPackage());
        }
        return found.get();
    }

    /// The minimal firmware, where this host has it (Debian: in qemu-system-data, with every QEMU).
    static Optional<Path> qboot() {
        return Files.isReadable(QBOOT) ? Optional.of(QBOOT) : Optional.empty();
    }

    /// The sockets and the pipe between an attempt and pkg.
    ///
    /// @param watch path of the socket on which pkg listens; QEMU connects to it, and ends at once if nothing
    ///     listens there
    /// @param stdin path of the socket on which pkg gives the guest its standard input
    /// @param frameBytes how many bytes of each of the guest's frames QEMU writes to the pipe that pkg reads; empty
    ///     where it writes none
    /// @param agent path of the socket on which pkg talks to the agent of a guest, where there is one
    record Channels(String watch, Optional<String> stdin, OptionalInt frameBytes, Optional<String> agent) {}

    /// The whole command line of QEMU for one attempt to boot.
    static List<String> commandLine(BootPlan plan, LaunchMode mode, Channels channels) {
        Machine machine = plan.machine();
        Guest guest = plan.guest();
        List<String> words = new ArrayList<>(64);
        words.add(plan.qemu().toString());
        words.addAll(machine.board(mode.accelerator(), mode.memory()));
        words.addAll(List.of(
                "-smp", Integer.toString(guest.cpus()), "-m", guest.memory().toString()));
        words.addAll(mode.memory().words(guest.memory()));
        words.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"));
        if (mode.sandboxed()) {
            words.addAll(List.of("-sandbox", SANDBOX));
        }
        words.addAll(List.of("-pidfile", QemuLaunch.PID, "-chardev", CONSOLE, "-serial", "chardev:console"));
        channels.agent()
                .ifPresent(socket -> words.addAll(
                        List.of("-chardev", "socket,id=agent,path=" + escape(socket), "-serial", "chardev:agent")));
        words.addAll(List.of(
                "-chardev", "socket,id=watch,path=" + escape(channels.watch()), "-mon", "chardev=watch,mode=control"));
        words.addAll(List.of("-qmp", "unix:" + QemuLaunch.CONTROL + ",server=on,wait=off"));
        channels.stdin().ifPresent(socket -> words.addAll(stdinPort(socket)));
        words.addAll(machine.boot(guest.image(), QemuLaunch.DISK));
        words.addAll(List.of("-netdev", netdev(guest.network(), mode)));
        channels.frameBytes()
                .ifPresent(bytes -> words.addAll(List.of(
                        "-object",
                        "filter-dump,id=" + TRAFFIC + ",netdev=net,file=" + QemuLaunch.TRAFFIC + ",maxlen=" + bytes)));
        words.addAll(machine.card());
        if (mode.resumes()) {
            words.addAll(waiting(mode.passt().isPresent()));
        }
        return words;
    }

    // QEMU's own network starts without forwards where a machine resumes: pkg adds them when the guest's clock is
    // right.
    private static String netdev(Network network, LaunchMode mode) {
        if (mode.passt().isPresent()) {
            return Passt.NETDEV;
        }
        return (mode.resumes() ? network.withoutForwards() : network).userNetdev();
    }

    // The processors stand still until pkg lets them go on.
    private static List<String> waiting(boolean ofOtherNetwork) {
        List<String> words = new ArrayList<>(List.of("-incoming", "defer", "-S"));
        if (ofOtherNetwork) {
            words.addAll(List.of("-netdev", TEMPLATE_NETWORK));
        }
        return words;
    }

    // Port 0 is the console of such a device.
    private static List<String> stdinPort(String socket) {
        return List.of(
                "-chardev",
                "socket,id=" + StdinPort.ID + ",path=" + escape(socket),
                "-device",
                "virtio-serial-pci,max_ports=2",
                "-device",
                "virtserialport,id=" + StdinPort.ID + ",chardev=" + StdinPort.ID + ",name=" + StdinPort.NAME + ",nr=1");
    }

    // QEMU separates options by commas; a comma in a value is written twice.
    static String escape(String value) {
        return value.replace(",", ",,");
    }
}
