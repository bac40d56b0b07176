package dev.unipkg.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Starts `pkg run` as often as it is told, all at once, each with a port of its own, and waits until every guest has
/// answered there. Prints the milliseconds from the start of the first to the last one's first answer, and the sum of
/// the proportional set sizes of their QEMUs then, in MiB.
///
///     FirstAnswers <count> <http or redis> <guest's port> <what pkg has to say of it> <command> [<argument>…]
///
/// It runs before the first command starts, so that its own start takes nothing from what it measures.
final class FirstAnswers {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS = 1_000;
    private static final int ANSWER_MILLIS = 5_000;

    // A port that refuses costs the guest nothing.
    private static final long CLOSED_MILLIS = 2;

    // One that is open may have a guest behind it that boots, to which each connection is work.
    private static final long OPEN_MILLIS = 25;

    private FirstAnswers() {}

    public static void main(String[] args) throws Exception {
        Question question = Question.of(args[1]);
        List<Run> runs = new ArrayList<>();
        try {
            List<Integer> ports = freePorts(Integer.parseInt(args[0]));
            long start = System.nanoTime();
            for (int port : ports) {
                List<String> command = new ArrayList<>(List.of(args).subList(4, args.length));
                command.addAll(List.of("-p", port + ":" + args[2]));
                runs.add(Run.start(command, port, question));
            }
            long last = start;
            for (Run run : runs) {
                last = Math.max(last, run.answeredAt());
            }
            for (Run run : runs) {
                run.requireSaid(args[3]);
            }
            System.out.printf(Locale.ROOT, "%.1f %.1f%n", (last - start) / 1e6, memory(runs));
        } finally {
            for (Run run : runs) {
                run.process().destroy();
            }
            for (Run run : runs) {
                if (!run.process().waitFor(GRACE)) {
                    run.process().destroyForcibly();
                }
            }
        }
    }

    // All are open until the last is found, so that none is found twice.
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static double memory(List<Run> runs) throws IOException {
        long kibibytes = 0;
        for (Run run : runs) {
            ProcessHandle qemu = run.process()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").contains("qemu-system"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no QEMU runs for port " + run.port()));
            kibibytes += proportionalKibibytes(qemu.pid());
        }
        return kibibytes / 1024.0;
    }

    private static long proportionalKibibytes(long process) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the kernel tells no proportional set size"));
        }
    }

    /// A question to a guest, and the beginning of its answer.
    private record Question(byte[] words, String answer) {
        static Question of(String protocol) {
            return switch (protocol) {
                case "http" -> new Question(bytes("GET / HTTP/1.0\r\nHost: bench\r\n\r\n"), "HTTP/1\\.[01] 200 .*");
                case "redis" -> new Question(bytes("PING\r\n"), "\\+PONG");
                default -> throw new IllegalArgumentException("not http or redis: " + protocol);
            };
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        /// Whether it is answered over this connection, which is closed then.
        boolean isAnswered(Socket socket) {
            try (socket) {
                socket.setSoTimeout(ANSWER_MILLIS);
                socket.getOutputStream().write(words);
                String line = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
                return line != null && line.matches(answer);
            } catch (IOException e) {
                // A guest that does not listen yet, or is too busy.
                return false;
            }
        }
    }

    /// One `pkg run`.
    ///
    /// @param answered completed with the moment of the first answer, as [System#nanoTime] tells it
    /// @param said what pkg says on stderr, line after line
    private record Run(Process process, int port, CompletableFuture<Long> answered, Talk said) {
        static Run start(List<String> command, int port, Question question) throws IOException {
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Run run = new Run(process, port, new CompletableFuture<>(), new Talk());
            Thread.ofVirtual().start(() -> run.said.read(process));
            Thread.ofVirtual().start(() -> run.ask(question));
            return run;
        }

        private void ask(Question question) {
            try {
                while (!answered.isDone()) {
                    TimeUnit.MILLISECONDS.sleep(connect(question) ? OPEN_MILLIS : CLOSED_MILLIS);
                }
            } catch (IOException | InterruptedException e) {
                answered.completeExceptionally(e);
            }
        }

        /// Asks once more, beside those that are not answered yet.
        ///
        /// @return whether the port is open
        private boolean connect(Question question) throws IOException {
            if (!process.isAlive()) {
                throw new IOException("pkg ended with " + process.exitValue());
            }
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            } catch (SocketException | SocketTimeoutException e) {
                socket.close();
                return false;
            }
            Thread.ofVirtual().start(() -> {
                if (question.isAnswered(socket)) {
                    answered.complete(System.nanoTime());
                }
            });
            return true;
        }

        long answeredAt() throws IOException, InterruptedException {
            try {
                return answered.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("no answer on port " + port + "; pkg said:\n" + said.all(), e);
            }
        }

        /// A guest that booted where it should have resumed would be measured as what it is not.
        void requireSaid(String words) throws IOException, InterruptedException {
            if (!said.awaits(words)) {
                throw new IOException("pkg did not say \"" + words + "\", but:\n" + said.all());
            }
        }
    }

    /// The lines of a process on stderr.
    private static final class Talk {
        private final List<String> lines = new ArrayList<>();
        private boolean ended;

        void read(Process process) {
            try (BufferedReader in = process.errorReader(StandardCharsets.UTF_8)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    add(line);
                }
            } catch (IOException e) {
                // Its end closes what it wrote to.
            } finally {
                end();
            }
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized boolean awaits(String words) throws InterruptedException {
            long end = System.nanoTime() + GRACE.toNanos();
            while (lines.stream().noneMatch(line -> line.contains(words))) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (ended || left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        }

        synchronized String all() {
            return String.join("\n", lines);
        }
    }
}
