package dev.unipkg.cli.machine.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /// The process id of pasta; empty until the namespace leads to this host's network.
    public static final String PID = "network.pid";

    // The standard error of passt and pasta.
    private static final String LOG = "network.log";

    /// The value of QEMU's `-netdev` for a passt that listens at [#SOCKET].
    public static final String NETDEV = "stream,id=net,server=off,addr.type=unix,addr.path=" + SOCKET;

    // The first line of stderr where it does not start, instead of what QEMU would say.
    private static final String FAILED = "passt failed";

    // Becomes QEMU once passt listens. So passt and pasta are QEMU's children, and are killed with it. passt ends by
    // itself when QEMU closes the connection, and the kernel kills pasta when QEMU ends.
    //
    // The file PID is there once the namespace is, and pasta writes its process id to it once the namespace has an
    // address and a route, without which passt does not start.
    //
    // The arguments are the paths of passt and pasta and QEMU's words, so a quote in a path breaks nothing.
    private static final String START = """
            passt=$1 pasta=$2; shift 2
            await() {
              until [ "$@" ]; do
                for child in $children; do
                  kill -0 $child 2>/dev/null || { echo FAILED >&2; exit 1; }
                done
                sleep 0.005
              done
            }
            : >LOG
            setpriv --pdeathsig KILL -- unshare --user --map-root-user --net -- /bin/sh -c '
              : >PID
              until [ -s PID ]; do sleep 0.005; done
              exec "$0" PASST_OPTIONS
            ' "$passt" >/dev/null 2>>LOG &
            children=$!
            await -e PID
            setpriv --pdeathsig KILL -- "$pasta" PASTA_OPTIONS $children >/dev/null 2>>LOG &
            children="$children $!"
            await -S SOCKET
            exec "$@"
            """.replace("LOG", LOG)
            .replace("SOCKET", SOCKET)
            .replace("PID", PID)
            .replace("FAILED", FAILED);

    // Guests are set up for these addresses, those of QEMU's own user-mode network. The namespace has the same: it is
    // what passt takes for this host.
    private static final String COMMON = " --foreground --quiet --stderr --ipv4-only --no-map-gw"
            + " --address 10.0.2.15 --netmask 24 --gateway 10.0.2.2";

    private static final String NAME_SERVER = "10.0.2.3";

    // The namespace's port for the first forward. Each port of a namespace is free, and those below are for root.
    private static final int FIRST_PORT = 1024;

    private Passt() {}

    /// The command that starts passt in its namespace and then becomes `qemu`.
    public static List<String> before(List<String> qemu, Path passt, List<PortForward> forwards) throws IOException {
        String inside = COMMON
                + " --one-off --socket " + SOCKET
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
        String start = START.replace("PASST_OPTIONS", inside).replace("PASTA_OPTIONS", outside);
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", start, "pkg-network", passt.toString()));
        command.add(passt.resolveSibling("pasta").toString());
        command.addAll(qemu);
        return command;
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
