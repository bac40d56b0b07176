package dev.unipkg.cli.machine.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.readiness.Frames;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A QEMU that has no machine, for what a real one does only on some hosts. Under KVM it gives up on its guest as QEMU
/// does when KVM meets an instruction that it cannot emulate: a line on stderr, the event STOP, the status
/// `internal-error`, and then nothing. Under TCG its guest prints a line and ends with exit code 3, or goes on.
public final class FakeQemu {
    /// A guest that ends at once.
    static final String ENDS = "ends";

    /// A guest on Linux whose program ends at once with exit code 7.
    public static final String REPORTS = "reports";

    /// A guest that says `up` and goes on until it is killed.
    public static final String STAYS = "stays";

    /// A guest that KVM runs in the kernel, and so slowly that it never ends.
    static final String CRAWLS = "crawls";

    /// A guest on which KVM gives up only when the guest is asked to end.
    static final String GIVES_UP_WHEN_ASKED = "gives-up-when-asked";

    private FakeQemu() {}

    /// Makes a program in `folder` that starts this class with a guest that ends at once.
    static Path in(Path folder) throws IOException {
        return in(folder, ENDS, "");
    }

    /// Makes a program in `folder` that starts this class.
    ///
    /// @param guest what the guest does
    /// @param before a line of shell that is run first
    public static Path in(Path folder, String guest, String before) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.real.class.path", System.getProperty("java.class.path"));
        Path program = folder.resolve("qemu-system-x86_64");
        Files.writeString(
                program,
                "#!/bin/sh\n" + before + "\nexec '" + java + "' -cp '" + classPath + "' " + FakeQemu.class.getName()
                        + " " + guest + " \"$@\"\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    public static void main(String[] words) throws Exception {
        List<String> arguments = List.of(words);
        String accelerator = arguments.get(arguments.indexOf("-accel") + 1);
        Path pid = Path.of(arguments.get(arguments.indexOf("-pidfile") + 1));
        Files.writeString(pid, ProcessHandle.current().pid() + "\n");
        try (SocketChannel watch = SocketChannel.open(UnixDomainSocketAddress.of(watchSocket(arguments)));
                BufferedReader commands = new BufferedReader(Channels.newReader(watch, UTF_8))) {
            send(watch, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
            commands.readLine();
            send(watch, "{\"return\": {}}");
            if (accelerator.equals("tcg")) {
                System.out.println("booted");
                if (arguments.getFirst().equals(REPORTS)) {
                    System.out.println("unipkg-exit: 7");
                    System.exit(0);
                }
                if (!arguments.getFirst().equals(STAYS)) {
                    System.exit(3 << 1 | 1);
                }
                run(watch, commands);
            }
            if (arguments.getFirst().equals(CRAWLS)) {
                crawl();
            }
            if (arguments.getFirst().equals(GIVES_UP_WHEN_ASKED)) {
                commands.readLine();
                System.out.println("up");
                send(watch, "{\"return\": {\"status\": \"running\", \"running\": true}}");
                commands.readLine();
                send(watch, "{\"return\": {}}");
            }
            System.err.println("KVM internal error. Suberror: 1");
            send(watch, "{\"event\": \"STOP\"}");
            while (commands.readLine() != null) {
                send(watch, "{\"return\": {\"status\": \"internal-error\", \"running\": false}}");
            }
        }
    }

    private static String watchSocket(List<String> arguments) {
        String begins = "socket,id=watch,path=";
        return arguments.stream()
                .filter(argument -> argument.startsWith(begins))
                .map(argument -> argument.substring(begins.length()))
                .findFirst()
                .orElseThrow();
    }

    // Has the kernel clear memory: reads of /dev/zero are system time and nothing else.
    private static void crawl() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(16 << 20);
        try (FileChannel zero = FileChannel.open(Path.of("/dev/zero"))) {
            while (zero.read(zeros.clear()) > 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static void run(SocketChannel watch, BufferedReader commands) throws Exception {
        // By its first command pkg shows that it is ready to send others.
        commands.readLine();
        System.out.println("up");
        send(watch, "{\"return\": {\"status\": \"running\", \"running\": true}}");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.contains("system_powerdown") && Files.exists(Path.of(QemuLaunch.TRAFFIC))) {
                Thread.ofPlatform().daemon().start(FakeQemu::acceptConnections);
            }
            send(watch, "{\"return\": {\"status\": \"running\", \"running\": true}}");
        }
        Thread.currentThread().join();
    }

    // As a guest does that comes up just when it is asked to end.
    private static void acceptConnections() {
        try (Frames frames = new Frames(Path.of(QemuLaunch.TRAFFIC))) {
            while (true) {
                frames.fromGuest(80, Frames.SYN_ACK);
                // pkg tries again and again, and so does this.
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            return;
        }
    }

    private static void send(SocketChannel watch, String message) throws IOException {
        watch.write(ByteBuffer.wrap((message + "\r\n").getBytes(UTF_8)));
    }
}
