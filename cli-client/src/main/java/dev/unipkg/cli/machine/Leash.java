package dev.unipkg.cli.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How QEMU is tied to the pkg that starts it.
///
/// In the foreground it must never outlive pkg, not even one that is killed with SIGKILL and cannot clean
/// up. So the kernel is told to kill it when its parent dies (prctl(2), PR_SET_PDEATHSIG), through
/// util-linux's `setpriv`, because a JVM cannot run code of its own between fork and exec. That leaves
/// the instant before `setpriv` has told it: a QEMU that starts then finds nobody listening on its watch
/// socket, and ends by itself.
///
/// The signal is bound to the thread that started the process: only a thread that lives as long as the
/// instance may.
///
/// Either way QEMU gets a session of its own (`setsid`), so that a terminal's Ctrl-C reaches pkg only,
/// which then asks the guest to end.
final class Leash {
    // Keeps the exit status of a detached QEMU, which has no parent to tell it to. Renamed into place:
    // whole or absent.
    private static final String KEEP_STATUS =
            "\"$@\"; status=$?; echo $status >exit.tmp; mv exit.tmp " + InstanceFolder.EXIT + "; exit $status";

    private Leash() {}

    /// Whether this host has the tools to hold QEMU.
    static boolean holds() {
        return foreground(List.of()).isPresent();
    }

    /// The command that runs `qemu` in the foreground; empty where this host lacks the tools to hold it.
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

    /// Kills `holder` and all that it started, itself first, so that it does nothing about the others' end.
    static void kill(ProcessHandle holder) {
        Stream.concat(Stream.of(holder), holder.descendants()).toList().forEach(ProcessHandle::destroyForcibly);
    }

    /// The command that runs `qemu` so that it outlives pkg.
    static List<String> detached(List<String> qemu) {
        List<String> command = new ArrayList<>();
        Qemu.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(List.of("/bin/sh", "-c", KEEP_STATUS, "pkg-instance"));
        command.addAll(qemu);
        return command;
    }
}
