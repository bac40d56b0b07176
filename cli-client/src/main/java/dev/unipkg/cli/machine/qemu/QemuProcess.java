package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The commands that start the process of QEMU, and how it is bound to pkg.
///
/// In the foreground it must never outlive pkg, not even one that is killed with SIGKILL and cannot clean up.
/// So the kernel is told to kill it when its parent dies (prctl(2), PR_SET_PDEATHSIG), through util-linux's
/// `setpriv`, because a JVM cannot run code of its own between fork and exec. That leaves the instant before
/// `setpriv` has told it: a QEMU that starts then finds no listener on its watch socket, and ends by itself.
///
/// The signal is bound to the thread that started the process: only a thread that lives as long as the
/// instance may.
///
/// Either way QEMU gets a session of its own (`setsid`), so that a terminal's Ctrl-C reaches pkg only,
/// which then asks the guest to end.
final class QemuProcess {
    // Keeps the exit status of a detached QEMU, which has no parent to tell it to, renamed into place: whole or
    // absent. It also rotates the console between two files, because a guest may write without end. dd writes
    // whatever it reads at once, so that the file can be followed, and a read may be of one byte: it is started
    // for every 4096 of them. Output that cannot be stored, as on a full disk, is still read; otherwise the
    // guest would block.
    private static final String KEEP = """
            limit=$1; shift
            { "$@"; echo $? >exit.tmp; } | {
              size=0
              while
                dd bs=$((limit / 4096)) count=4096 >>CONSOLE
                now=$(wc -c <CONSOLE); [ "$now" -gt $size ]
              do
                size=$now
                if [ "$size" -ge "$limit" ]; then mv CONSOLE EARLIER; size=0; fi
              done
              cat >/dev/null
            } 2>/dev/null
            mv exit.tmp EXIT; exit "$(cat EXIT)"
            """.replace("CONSOLE", ConsoleFiles.CURRENT)
            .replace("EARLIER", ConsoleFiles.EARLIER)
            .replace("EXIT", QemuLaunch.EXIT);

    private QemuProcess() {}

    /// Whether this host has the tools that bind a QEMU in the foreground to pkg.
    static boolean diesWithPkg() {
        return foreground(List.of()).isPresent();
    }

    /// The command that runs `qemu` in the foreground; empty where this host lacks the tools for it.
    static Optional<List<String>> foreground(List<String> qemu) {
        Optional<Path> setsid = Qemu.find("setsid");
        Optional<Path> setpriv = Qemu.find("setpriv");
        if (setsid.isEmpty() || setpriv.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(
                List.of(setsid.get().toString(), setpriv.get().toString(), "--pdeathsig", "KILL", "--"));
        command.addAll(qemu);
        return Optional.of(command);
    }

    /// The command that runs `qemu` so that it outlives pkg, with its standard output in the console's files.
    ///
    /// @param consoleBytes when the first file becomes the second, at least 4096; neither holds twice as many
    static List<String> detached(List<String> qemu, long consoleBytes) {
        List<String> command = new ArrayList<>();
        Qemu.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(List.of("/bin/sh", "-c", KEEP, "pkg-instance", Long.toString(consoleBytes)));
        command.addAll(qemu);
        return command;
    }
}
