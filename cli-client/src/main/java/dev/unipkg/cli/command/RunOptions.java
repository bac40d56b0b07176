package dev.unipkg.cli.command;

import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.output.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The options of `pkg run`, apart from those that choose the image.
final class RunOptions {
    // A guest without a clock of its own under an interpreter needs seconds; a server that reads its
    // data, a minute.
    private static final int USUAL_PATIENCE_SECONDS = 60;
    private static final int USUAL_GRACE_SECONDS = 10;

    List<String> ports = List.of();
    boolean isolate;
    boolean hostAccess;
    boolean detach;
    Optional<InstanceName> name = Optional.empty();
    boolean interactive;
    Accelerator.Choice accelerator = Accelerator.Choice.AUTO;
    Optional<String> machine = Optional.empty();
    Optional<Path> qemu = Optional.empty();
    boolean resume;
    boolean noResume;
    boolean template;
    int patienceSeconds = USUAL_PATIENCE_SECONDS;
    BootPlan.OnTimeout onTimeout = BootPlan.OnTimeout.KEEP;
    int graceSeconds = USUAL_GRACE_SECONDS;

    /// Adds them to those of a command.
    Options addTo(Options command) {
        return addReadiness(addMachine(addKind(command)));
    }

    private Options addKind(Options command) {
        return command.flag(
                        "--isolate",
                        "Let the guest reach nothing, neither this host nor the network; ports still lead to it. The way"
                                + " to run a package that you do not trust.",
                        given -> isolate = given)
                .flag(
                        "--host-access",
                        "Let the guest reach, as 10.0.2.2, what listens on this host's loopback addresses. Without it the"
                                + " guest does not, where passt can be used.",
                        given -> hostAccess = given)
                .flag("-d --detach", "Leave it running once it is ready, and print its name.", given -> detach = given)
                .flag(
                        "-i --interactive",
                        "Give the program pkg's standard input, byte for byte and with its end; on Linux.",
                        given -> interactive = given)
                .flag(
                        "--resume",
                        "Go on from a snapshot of a guest that had answered, where there is one, and make one where there is"
                                + " none. By default it is done for packages that say that it is safe.",
                        given -> resume = given)
                .flag("--no-resume", "Boot, whatever the package and the config file say.", given -> noResume = given)
                .hidden("--template", "Make the snapshot of such a guest, and end.", given -> template = given);
    }

    private Options addMachine(Options command) {
        return command.values(
                        "-p --publish <port>",
                        "[address:][host-port:]guest-port[/udp], as in 8080:80; repeatable. Reachable from this"
                                + " machine only, unless an address such as 0.0.0.0 is named; host port 0 chooses a free one.",
                        given -> ports = given)
                .value(
                        "--name <name>",
                        InstanceName.class,
                        "The name of the instance for ps, logs, stop and the like; by default one such as nginx-3f2a.",
                        given -> name = Optional.of(given))
                .value(
                        "--accel <accelerator>",
                        Accelerator.Choice.class,
                        "auto (KVM where it works), kvm or tcg; auto by default.",
                        given -> accelerator = given)
                .value(
                        "--machine <machine>",
                        String.class,
                        "q35, microvm or virt; the best for the image by default.",
                        given -> machine = Optional.of(given))
                .value(
                        "--qemu <program>",
                        Path.class,
                        "The QEMU to use; the one on the PATH by default.",
                        given -> qemu = Optional.of(given));
    }

    private Options addReadiness(Options command) {
        return command.value(
                        "--wait <seconds>",
                        int.class,
                        "How long it may take to be ready, 60 by default; 0 does not ask. In the foreground a guest that"
                                + " takes longer is only mentioned.",
                        given -> patienceSeconds = given)
                .value(
                        "--on-timeout <what>",
                        BootPlan.OnTimeout.class,
                        "What becomes of a detached guest that is not ready in time: keep, the default, or stop. pkg"
                                + " ends with exit code 6 in both cases.",
                        given -> onTimeout = given)
                .value(
                        "--grace <seconds>",
                        int.class,
                        "How long it may take to end when asked, before it is killed; 10 by default.",
                        given -> graceSeconds = given);
    }

    void requireCombination() {
        if (isolate && hostAccess) {
            throw Failure.usage("--isolate lets the guest reach nothing, and --host-access this host; choose one");
        }
        if (resume && noResume) {
            throw Failure.usage("--resume and --no-resume are opposites; choose one");
        }
        if (interactive && detach) {
            throw Failure.usage("-i passes pkg's standard input on, and with -d pkg leaves the instance; choose one");
        }
    }

    Optional<Boolean> flag() {
        return resume || noResume ? Optional.of(resume) : Optional.empty();
    }

    List<PortForward> forwards() {
        try {
            return ports.stream().map(PortForward::parse).toList();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    Network.Reach reach() {
        if (isolate) {
            return Network.Reach.NOTHING;
        }
        return hostAccess ? Network.Reach.HOST : Network.Reach.OUTSIDE;
    }
}
