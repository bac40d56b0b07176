package dev.unipkg.cli.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// passt, a user-mode network in a process of its own (passt(1)): like QEMU's, and able to keep a guest's programs from
/// this host's loopback addresses. A guest's kernel that forges frames still reaches them. It confines itself in
/// namespaces, which some hosts forbid, such as a chroot.
final class Passt {
    /// The value of QEMU's `-netdev` for a passt that listens at [InstanceFolder#NETWORK].
    static final String NETDEV = "stream,id=net,server=off,addr.type=unix,addr.path=" + InstanceFolder.NETWORK;

    // The first line of stderr where it does not start, instead of what QEMU would say.
    private static final String FAILED = "passt failed";

    // Becomes QEMU once passt listens. So passt is QEMU's child, is killed with it, and ends by itself when QEMU closes
    // the connection.
    //
    // The arguments are the number of passt's words, passt's words and QEMU's words. None is a part of the script, so a
    // quote in a path breaks nothing. `shift` drops first words only, so the loop moves passt's behind QEMU's.
    private static final String START = """
            count=$1; shift
            {
              i=0; others=$(($# - count))
              while [ $i -lt $count ]; do set -- "$@" "$1"; shift; i=$((i + 1)); done
              shift $others
              exec "$@"
            } >/dev/null 2>LOG &
            until [ -S SOCKET ]; do
              kill -0 $! 2>/dev/null || { echo FAILED >&2; exit 1; }
              sleep 0.005
            done
            shift $count
            exec "$@"
            """.replace("LOG", InstanceFolder.NETWORK_TALK)
            .replace("SOCKET", InstanceFolder.NETWORK)
            .replace("FAILED", FAILED);

    private Passt() {}

    static Optional<Path> find() {
        return Qemu.find("passt");
    }

    /// The command that starts passt and then becomes `qemu`.
    static List<String> before(List<String> qemu, Path passt, List<PortForward> forwards) throws IOException {
        List<String> words = new ArrayList<>();
        Qemu.find("setpriv")
                .ifPresent(setpriv -> words.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL", "--")));
        words.addAll(List.of(passt.toString(), "--foreground", "--one-off", "--quiet", "--stderr", "--ipv4-only"));
        words.addAll(List.of("--socket", InstanceFolder.NETWORK, "--no-map-gw"));
        // Guests are set up for these addresses, those of QEMU's own user-mode network.
        words.addAll(List.of("--address", "10.0.2.15", "--netmask", "24", "--gateway", "10.0.2.2"));
        words.addAll(List.of("--dns-forward", "10.0.2.3"));
        if (isRoot()) {
            // It would become nobody, who cannot enter the instance's folder.
            words.addAll(List.of("--runas", "0:0"));
        }
        words.addAll(ports(forwards, PortForward.Protocol.TCP, "--tcp-ports"));
        words.addAll(ports(forwards, PortForward.Protocol.UDP, "--udp-ports"));
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", START, "pkg-network", "" + words.size()));
        command.addAll(words);
        command.addAll(qemu);
        return command;
    }

    private static List<String> ports(List<PortForward> forwards, PortForward.Protocol protocol, String option) {
        List<String> words = new ArrayList<>();
        for (PortForward forward : forwards) {
            if (forward.protocol() == protocol) {
                words.addAll(
                        List.of(option, forward.hostAddress() + "/" + forward.hostPort() + ":" + forward.guestPort()));
            }
        }
        return words.isEmpty() ? List.of(option, "none") : words;
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self) && Files.getAttribute(self, "unix:uid").equals(0);
    }

    /// Why passt cannot be used, where that is why a QEMU ended before it had a machine.
    ///
    /// @param said what came on stderr
    static Optional<String> failure(InstanceFolder folder, String said) throws IOException {
        if (said.startsWith(FAILED)) {
            Path log = folder.file(InstanceFolder.NETWORK_TALK);
            // It says that it cannot tell the system's log, too.
            return Optional.of(Files.readString(log, UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.contains("syslog"))
                    .reduce((first, last) -> last)
                    .orElse("it gave no reason"));
        }
        return said.contains("netdev") && said.contains("stream")
                ? Optional.of("this QEMU is older than 7.2")
                : Optional.empty();
    }
}
