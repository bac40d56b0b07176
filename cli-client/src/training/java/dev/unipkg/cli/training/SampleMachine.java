package dev.unipkg.cli.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A QEMU without a machine, since there may be no QEMU where the cache is made. It answers on the guest's port at once,
/// becomes a snapshot or goes on from one when it is told to, and ends with exit code 0 when pkg has seen it answer.
public final class SampleMachine {
    private static final byte[] CARD = HexFormat.ofDelimiter(":").parseHex("52:54:00:12:34:56");
    private static final Pattern FORWARD = Pattern.compile("hostfwd(?:=|_add net )tcp:127\\.0\\.0\\.1:(\\d+)-:(\\d+)");
    private static final Pattern COMMAND = Pattern.compile("\"execute\" ?: ?\"([a-z_-]+)\"");
    private static final Pattern URI = Pattern.compile("\"unix:([^\"]+)\"");
    private static final int AGENT_RECORD = 48;
    private static final int SYN_AND_ACK = 0x12;

    private final String words;

    private SampleMachine(String words) {
        this.words = words;
    }

    /// Makes a program in `folder` that starts this class.
    static Path in(Path folder) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path program = folder.resolve("qemu");
        Files.writeString(
                program,
                "#!/bin/sh\nexec '%s' -Xshare:auto -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"\n"
                        .formatted(java, System.getProperty("java.class.path"), SampleMachine.class.getName()));
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    public static void main(String[] words) throws IOException {
        new SampleMachine(String.join("\n", words)).run();
    }

    private String found(String regex) {
        return Pattern.compile(regex).matcher(words).results().map(result -> result.group(1)).findFirst().orElse("");
    }

    private void run() throws IOException {
        Files.writeString(Path.of(found("-pidfile\n(.*)")), ProcessHandle.current().pid() + "\n");
        boolean isResumed = words.contains("-incoming");
        startAgent(found("id=agent,path=(.*)"), isResumed);
        try (SocketChannel watch = SocketChannel.open(UnixDomainSocketAddress.of(found("id=watch,path=(.*)")));
                BufferedReader commands = new BufferedReader(Channels.newReader(watch, UTF_8))) {
            send(watch, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
            // This conversation is that of a template, where pkg does not ask for the machine's status.
            if (!isResumed && words.contains("memory-backend-file")) {
                startGuest(words);
            }
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                answer(watch, line);
            }
        }
    }

    private void answer(SocketChannel watch, String line) throws IOException {
        Matcher command = COMMAND.matcher(line);
        switch (command.find() ? command.group(1) : "") {
            case "migrate-incoming" -> {
                startLoading(uri(line));
                send(watch, "{\"return\": {}}");
            }
            case "migrate" -> {
                send(watch, "{\"return\": {}}");
                save(uri(line));
            }
            case "query-migrate" -> send(watch, "{\"return\": {\"status\": \"completed\"}}");
            case "query-status" -> {
                send(watch, "{\"return\": {\"status\": \"running\", \"running\": true}}");
                // A guest that answered before pkg has a conversation would never be ended.
                startGuest(words);
            }
            case "human-monitor-command" -> {
                // The forward of a guest that goes on.
                startGuest(line);
                send(watch, "{\"return\": \"\"}");
            }
            case "object-del" -> {
                send(watch, "{\"return\": {}}");
                if (line.contains("\"traffic\"")) {
                    // pkg has seen the guest answer.
                    end();
                }
            }
            case "quit" -> {
                send(watch, "{\"return\": {}}");
                System.exit(0);
            }
            default -> send(watch, "{\"return\": {}}");
        }
    }

    private static String uri(String line) throws IOException {
        Matcher uri = URI.matcher(line);
        if (!uri.find()) {
            throw new IOException("no socket in " + line);
        }
        return uri.group(1);
    }

    private static void send(SocketChannel watch, String message) throws IOException {
        watch.write(ByteBuffer.wrap((message + "\r\n").getBytes(UTF_8)));
    }

    private static void save(String socket) throws IOException {
        try (SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            to.write(ByteBuffer.allocate(1 << 10));
        }
    }

    private static void startLoading(String socket) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        start(() -> {
            try (listener;
                    SocketChannel from = listener.accept()) {
                ByteBuffer bytes = ByteBuffer.allocate(1 << 10);
                while (from.read(bytes.clear()) >= 0) {
                    Thread.onSpinWait();
                }
            }
        });
    }

    private static void startAgent(String socket, boolean isResumed) throws IOException {
        if (socket.isEmpty()) {
            return;
        }
        SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        start(() -> {
            if (!isResumed) {
                agent.write(ByteBuffer.wrap(new byte[] {'R'}));
            }
            ByteBuffer bytes = ByteBuffer.allocate(AGENT_RECORD);
            while (bytes.hasRemaining() && agent.read(bytes) >= 0) {
                Thread.onSpinWait();
            }
            agent.write(ByteBuffer.wrap(new byte[] {'K'}));
        });
    }

    /// Answers on the guest's port until a request has been answered, and ends a little later.
    ///
    /// @param told where the forward to it is
    private void startGuest(String told) throws IOException {
        List<MatchResult> forwards = FORWARD.matcher(told).results().toList();
        if (forwards.isEmpty()) {
            return;
        }
        int port = Integer.parseInt(forwards.getFirst().group(2));
        ServerSocket service = new ServerSocket(
                Integer.parseInt(forwards.getFirst().group(1)), 50, InetAddress.getLoopbackAddress());
        start(() -> {
            try (service;
                    OutputStream pipe = Files.newOutputStream(Path.of(found("filter-dump,.*file=([^,\n]*)")))) {
                pipe.write(ByteBuffer.allocate(24).array());
                pipe.write(frame(port, 0));
                byte[] answer = "HTTP/1.0 200 OK\r\n\r\nhello\n".getBytes(UTF_8);
                try (Socket connection = service.accept()) {
                    pipe.write(frame(port, SYN_AND_ACK));
                    byte[] _ = connection.getInputStream().readNBytes(16);
                    connection.getOutputStream().write(answer);
                }
            }
        });
    }

    // As a guest whose program ends.
    private void end() {
        System.out.print("unipkg-exit: 0\r\n");
        System.out.flush();
        // Nanos tells its exit code by a device that makes QEMU end with twice the code and 1.
        Runtime.getRuntime().halt(words.contains("isa-debug-exit") ? 1 : 0);
    }

    // The record of a segment that the guest sends.
    private static byte[] frame(int port, int flags) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 20 + 20);
        frame.put(new byte[6]).put(CARD).putShort((short) 0x0800);
        frame.put(14, (byte) 0x45).put(14 + 9, (byte) 6);
        frame.putShort(14 + 20, (short) port).put(14 + 20 + 13, (byte) flags);
        ByteBuffer record = ByteBuffer.allocate(16 + frame.capacity()).order(ByteOrder.nativeOrder());
        record.putInt(0).putInt(0).putInt(frame.capacity()).putInt(frame.capacity()).put(frame.array());
        return record.array();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (IOException e) {
                e.printStackTrace();
            }
        });
    }
}
