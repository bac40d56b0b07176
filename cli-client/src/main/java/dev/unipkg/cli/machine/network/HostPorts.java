package dev.unipkg.cli.machine.network;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The ports of this host that forwards begin at, checked before an image is composed.
public final class HostPorts {
    // The state of a listening socket in /proc/net/tcp (TCP_LISTEN in the kernel's net/tcp_states.h).
    private static final String LISTENING = "0A";
    private static final int PRIVILEGED = 1024;
    private static final Duration LETS_GO = Duration.ofSeconds(2);

    private HostPorts() {}

    /// The same forwards with a free port wherever one is to be chosen.
    ///
    /// @throws Failure when a port is taken, naming who has it
    public static List<PortForward> settle(List<PortForward> forwards) {
        List<PortForward> settled = new ArrayList<>();
        for (PortForward forward : forwards) {
            PortForward at = forward.from(claim(forward));
            if (settled.stream().anyMatch(at::overlaps)) {
                throw Failure.usage("port " + at.hostPort() + " is forwarded twice");
            }
            settled.add(at);
        }
        return settled;
    }

    /// Waits until the ports are free, where a machine that had them may have ended just now. Its network, which is a
    /// process of its own, ends a moment later.
    ///
    /// @throws Failure as [#settle] does, where a port is still taken after two seconds
    public static void awaitFree(List<PortForward> forwards) throws InterruptedException {
        long end = System.nanoTime() + LETS_GO.toNanos();
        while (true) {
            try {
                List<PortForward> _ = settle(forwards);
                return;
            } catch (Failure e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                // The end of a process that is no child has no event.
                Thread.sleep(20);
            }
        }
    }

    // Opens the port as QEMU will, and closes it. If another process takes it meanwhile, QEMU fails with the
    // same message.
    private static int claim(PortForward forward) {
        InetSocketAddress address = new InetSocketAddress(forward.hostAddress(), forward.hostPort());
        try {
            return switch (forward.protocol()) {
                case TCP -> {
                    try (ServerSocket socket = new ServerSocket()) {
                        socket.setReuseAddress(true);
                        socket.bind(address);
                        yield socket.getLocalPort();
                    }
                }
                case UDP -> {
                    try (DatagramSocket socket = new DatagramSocket(address)) {
                        yield socket.getLocalPort();
                    }
                }
            };
        } catch (BindException e) {
            throw taken(forward, e);
        } catch (IOException e) {
            throw refused(forward, e);
        }
    }

    private static Failure taken(PortForward forward, BindException e) {
        String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (!reason.contains("in use")) {
            return refused(forward, e);
        }
        int other = forward.hostPort() + (forward.hostPort() < 50_000 ? 10_000 : -10_000);
        return Failure.failed("port " + forward.hostPort() + " of " + forward.hostAddress() + " is taken"
                        + owner(forward).map(who -> " by " + who).orElse(""))
                .next("end that, or choose another port, as in -p " + other + ":" + forward.guestPort())
                .causedBy(e);
    }

    private static Failure refused(PortForward forward, IOException e) {
        String advice = forward.hostPort() < PRIVILEGED
                ? "ports below " + PRIVILEGED + " are for root; choose another, as in -p " + (forward.hostPort() + 8000)
                        + ":" + forward.guestPort()
                : "check that " + forward.hostAddress() + " is an address of this host";
        return Failure.failed("cannot listen on port " + forward.hostPort() + " of " + forward.hostAddress() + ": "
                        + e.getMessage())
                .next(advice)
                .causedBy(e);
    }

    /// The process that listens on the port, as in `nginx (process 4242)`, if this user may see it (proc(5):
    /// /proc/net/tcp gives the socket's inode, and one of its owner's file descriptors is a link to
    /// `socket:[inode]`).
    static Optional<String> owner(PortForward forward) {
        try {
            Set<String> sockets = new HashSet<>();
            for (String table : List.of("", "6")) {
                Path file = Path.of("/proc/net/" + forward.protocol() + table);
                if (Files.exists(file)) {
                    sockets.addAll(sockets(file, forward));
                }
            }
            return sockets.isEmpty() ? Optional.empty() : holder(sockets);
        } catch (IOException | DirectoryIteratorException e) {
            // The advice is worth less without a name, and still right.
            return Optional.empty();
        }
    }

    private static Set<String> sockets(Path table, PortForward forward) throws IOException {
        String port = "%04X".formatted(forward.hostPort());
        Set<String> sockets = new HashSet<>();
        for (String line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
            String[] column = line.strip().split("\\s+");
            boolean here = column.length > 9 && column[1].endsWith(":" + port);
            if (here && (forward.protocol() == PortForward.Protocol.UDP || column[3].equals(LISTENING))) {
                sockets.add("socket:[" + column[9] + "]");
            }
        }
        return sockets;
    }

    private static Optional<String> holder(Set<String> sockets) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(Files.readString(process.resolve("comm")).strip() + " (process "
                            + process.getFileName() + ")");
                }
            }
            return Optional.empty();
        }
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            // Another user's process, or one that just ended.
            return false;
        }
    }
}
