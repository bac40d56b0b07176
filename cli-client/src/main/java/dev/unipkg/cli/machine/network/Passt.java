package dev.unipkg.cli.machine.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// passt, a user-mode network in a process of its own (passt(1)), inside a network namespace that pasta of the same
/// package connects to this host's network.
///
/// The namespace is the wall: passt connects to whatever address a guest's frames name, and 127.0.0.0/8 and 0.0.0.0 are
/// the namespace's own. passt's ports are all that listens there. It needs user namespaces and `/dev/net/tun`, which
/// some hosts forbid, such as a chroot.
public final class Passt {
    /// The socket at which passt waits for QEMU, in the folder of the instance.
    public static final String SOCKET = "network.sock";

    /// The named pipe to which pasta writes its process id when the namespace leads to this host's network.
    public static final String PID = "network.pid";

    /// The named pipe that tells how far passt is: a line when its namespace is there, and its process id when it
    /// listens.
    public static final String READY = "network.ready";

    /// The named pipes that are there before [#script] runs.
    public static final String PIPES = PID + " " + READY;

    // The standard error of passt and pasta.
    private static final String LOG = "network.log";

    /// The value of QEMU's `-netdev` for a passt that listens at [#SOCKET].
    public static final String NETDEV = "stream,id=net,server=off,addr.type=unix,addr.path=" + SOCKET;

    // The first line of stderr where it does not start, instead of what QEMU would say.
    private static final String FAILED = "passt failed";

    // Starts passt and pasta, and goes on when passt listens. What comes behind it becomes QEMU. So passt and pasta are
    // QEMU's children, and are killed with it. passt ends by itself when QEMU closes the connection, and the kernel
    // kills pasta when QEMU ends.
    //
    // passt does not start before its namespace has an address and a route, which pasta gives it. Each waits for the
    // other by reading a named pipe that the other one holds open for writing, and so hears of its end as well.
    //
    // pasta is stopped as soon as it has its ports and has set up the namespace. passt loses a connection that comes
    // before QEMU does, and tries it again after ten seconds. A connection to a stopped pasta waits in the kernel.
    // pasta may run for a moment before it is stopped, and resets a connection that comes then.
    //
    // The arguments are the paths of passt and pasta, so a quote in a path breaks nothing.
    private static final String START =
            """
            step() { read -r line <&3 || { echo FAILED >&2; exit 1; }; }
            : >LOG
            setpriv --pdeathsig KILL -- unshare --user --map-root-user --net -- /bin/sh -c '
              echo
              read -r pasta <PID && kill -STOP "$pasta" && exec "$0" PASST_OPTIONS
            ' "$1" >READY 2>>LOG </dev/null &
            exec 3<READY
            step
            setpriv --pdeathsig KILL -- "$2" PASTA_OPTIONS $! >PID 2>>LOG </dev/null 3<&- &
            pasta=$!
            step
            exec 3<&-
            """.replace("LOG", LOG).replace("PID", PID).replace("READY", READY).replace("FAILED", FAILED);

    // Guests are set up for these addresses, those of QEMU's own user-mode network. The namespace has the same: it is
    // what passt takes for this host.
    private static final String COMMON = " --foreground --quiet --stderr --ipv4-only --no-map-gw"
            + " --address 10.0.2.15 --netmask 24 --gateway 10.0.2.2";

    private static final String NAME_SERVER = "10.0.2.3";

    // The namespace's port for the first forward. Each port of a namespace is free, and those below are for root.
    private static final int FIRST_PORT = 1024;

    /// The command behind [#script] that lets connections through.
    public static final String OPENING = "kill -CONT \"$pasta\"";

    private Passt() {}

    /// The script that starts passt in its namespace, and goes on when passt listens and connections to the forwards
    /// wait. Its arguments are the paths of passt and pasta.
    public static String script(List<PortForward> forwards) throws IOException {
        String inside = COMMON
                + " --one-off --socket " + SOCKET + " --pid " + READY
                + " --dns " + NAME_SERVER
                + ports(forwards, (forward, between) -> between + ":" + forward.guestPort());
        String outside = COMMON
                + " --config-net --tcp-ns none --udp-ns none --pid " + PID
                + " --dns-forward " + NAME_SERVER
                + ports(
                        forwards,
                        (forward, between) -> forward.hostAddress() + "/" + forward.hostPort() + ":" + between)
                // Otherwise it becomes the user `nobody`, which cannot enter the namespace.
                + (isRoot() ? " --runas 0:0" : "");
        return START.replace("PASST_OPTIONS", inside).replace("PASTA_OPTIONS", outside);
    }

    /// The arguments of [#script].
    public static List<String> programs(Path passt) {
        return List.of(passt.toString(), passt.resolveSibling("pasta").toString());
    }

    /// One end of a forward, which leads through a port of the namespace.
    private interface Rule {
        String of(PortForward forward, int between);
    }

    private static String ports(List<PortForward> forwards, Rule rule) {
        StringBuilder options = new StringBuilder();
        for (PortForward.Protocol protocol : PortForward.Protocol.values()) {
            String option = " --" + protocol + "-ports ";
            String rules = IntStream.range(0, forwards.size())
                    .filter(i -> forwards.get(i).protocol() == protocol)
                    .mapToObj(i -> option + rule.of(forwards.get(i), FIRST_PORT + i))
                    .collect(Collectors.joining());
            options.append(rules.isEmpty() ? option + "none" : rules);
        }
        return options.toString();
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self) && Files.getAttribute(self, "unix:uid").equals(0);
    }

    /// Why passt cannot be used, where that is why a QEMU ended before it had a machine.
    ///
    /// @param folder of the instance
    /// @param stderr of QEMU and what starts it
    public static Optional<String> failure(Path folder, String stderr) throws IOException {
        if (stderr.startsWith(FAILED)) {
            Path log = folder.resolve(LOG);
            // It says that it cannot tell the system's log, too.
            return Optional.of(Files.readString(log, UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.contains("syslog"))
                    .reduce((first, last) -> last)
                    .orElse("it gave no reason"));
        }
        return stderr.contains("netdev") && stderr.contains("stream")
                ? Optional.of("this QEMU is older than 7.2")
                : Optional.empty();
    }
}
