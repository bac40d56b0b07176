package dev.unipkg.cli.machine.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.unipkg.cli.machine.network.Passt;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.output.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/// A QEMU that is about to start: a shell that starts its network and becomes QEMU when it is told the command line. So
/// the network, which takes tens of milliseconds, starts beside all else that is made ready for a machine.
///
/// A pkg that ends before it has told ends the shell too.
public final class QemuStart implements Closeable {
    // Two lines come: a command for the case that pkg ends before it opens the forwards, and QEMU's words, quoted. In a
    // word of QEMU's a line break is the variable that holds one.
    static final String READ_WORDS = """
            newline='
            '
            IFS= read -r alone && IFS= read -r words || exit 1
            """;

    // QEMU has the number of the shell. A machine that was to go on would stand still for ever.
    private static final String END_QEMU = "kill -KILL $$";

    static final String BECOME_QEMU = """
            exec </dev/null
            eval "exec $words"
            """;

    // The least number of console bytes kept of a detached instance; at most four times as many are.
    private static final long CONSOLE_BYTES = 4 << 20;

    private final Optional<Path> passt;
    private final FutureTask<Process> shell;
    private boolean told;

    private QemuStart(Optional<Path> passt, FutureTask<Process> shell) {
        this.passt = passt;
        this.shell = shell;
    }

    /// Whether this host can bind a QEMU in the foreground to the life of pkg.
    public static boolean diesWithPkg() {
        return QemuProcess.diesWithPkg();
    }

    /// Starts the shell.
    ///
    /// @param forwards of passt; those of QEMU's own network are among QEMU's words
    /// @param passt the program of its network; empty for QEMU's own
    /// @param detached whether QEMU outlives pkg
    /// @param folder of the instance, without the files of an earlier attempt; renamed after [#awaitShell] only
    public static QemuStart begin(List<PortForward> forwards, Optional<Path> passt, boolean detached, Path folder)
            throws IOException {
        List<String> shell = shell(forwards, passt);
        List<String> command = detached
                ? QemuProcess.detached(shell, CONSOLE_BYTES)
                : QemuProcess.foreground(shell).orElse(shell);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(detached ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.PIPE)
                .redirectError(folder.resolve(QemuLaunch.LOG).toFile());
        // Each of the small programs reads a dozen files for any other locale.
        builder.environment().put("LC_ALL", "C");
        FutureTask<Process> started = new FutureTask<>(builder::start);
        Thread.ofPlatform().daemon().name("qemu").start(() -> runToItsEnd(started));
        return new QemuStart(passt, started);
    }

    // The kernel kills a QEMU in the foreground when the thread that started it ends.
    private static void runToItsEnd(FutureTask<Process> started) {
        started.run();
        try {
            started.get().waitFor();
        } catch (ExecutionException e) {
            // The method `process` throws it to the thread that wants the process.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process process() {
        try {
            return shell.get();
        } catch (ExecutionException e) {
            throw Failure.failed("cannot start a shell for QEMU: "
                            + requireNonNull(e.getCause()).getMessage())
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.failed("interrupted while QEMU was to start").causedBy(e);
        }
    }

    private static List<String> shell(List<PortForward> forwards, Optional<Path> passt) throws IOException {
        List<String> shell = new ArrayList<>(List.of("/bin/sh", "-c"));
        if (passt.isPresent()) {
            shell.add(pipes(QemuLaunch.TRAFFIC + " " + Passt.PIPES)
                    + Passt.script(forwards)
                    + READ_WORDS
                    + waiting(Passt.OPENING)
                    + BECOME_QEMU);
            shell.add("pkg-network");
            shell.addAll(Passt.programs(passt.get()));
        } else {
            shell.add(pipes(QemuLaunch.TRAFFIC) + READ_WORDS + waiting(":") + BECOME_QEMU);
        }
        return shell;
    }

    /// The script that makes named pipes.
    public static String pipes(String names) {
        return "mkfifo -m 600 " + names + " || exit 1\n";
    }

    /// The script that starts a shell which waits for a line on standard input and then opens the forwards. At the end
    /// of the input, which comes from the kernel when pkg is killed, it runs the command `alone` first.
    ///
    /// The waiting shell is no child of QEMU, which would not reap it, and does not hold the console. A shell gives
    /// its background commands an empty input, so this one has its own by way of descriptor 4.
    ///
    /// @param opening the command that opens the forwards
    public static String waiting(String opening) {
        return """
            exec 4<&0
            ( { read -r line || eval "$alone"; %s; } <&4 4<&- >/dev/null 2>&1 & )
            exec 4<&-
            """.formatted(opening);
    }

    /// Waits until the shell is in its folder.
    ///
    /// @throws Failure where it cannot be started
    public void awaitShell() {
        Process _ = process();
    }

    /// The program of its network; empty for QEMU's own.
    public Optional<Path> passt() {
        return passt;
    }

    /// Tells the shell what to become. A shell that has ended, as one whose network failed, is told nothing.
    ///
    /// @param qemu the command line
    /// @param resumes whether its machine stands still until pkg lets it go on
    /// @return the process, which [#close] does not end any more. Connections to it wait until [#openForwards].
    Process become(List<String> qemu, boolean resumes) throws IOException {
        told = true;
        Process process = process();
        try {
            OutputStream words = process.getOutputStream();
            words.write(((resumes ? END_QEMU : ":") + "\n" + line(qemu)).getBytes(UTF_8));
            words.flush();
        } catch (IOException e) {
            // Its end is told by the thread that waits for it.
            return process;
        }
        return process;
    }

    /// Lets connections come to the forwards of a QEMU. Those that came before have waited.
    ///
    /// @param qemu what [#become] returned
    public static void openForwards(Process qemu) {
        try (OutputStream word = qemu.getOutputStream()) {
            word.write('\n');
        } catch (IOException e) {
            // It was told before, or has ended.
            return;
        }
    }

    static String line(List<String> words) {
        return words.stream()
                .map(word -> "'" + word.replace("'", "'\\''").replace("\n", "'\"$newline\"'") + "'")
                .collect(Collectors.joining(" ", "", "\n"));
    }

    /// Ends a shell that has become nothing. What it started ends with it.
    @Override
    public void close() throws IOException {
        if (!told) {
            Process process = process();
            process.destroyForcibly();
            // A shell that another one holds, as that of a detached instance, reads the end of its input.
            process.getOutputStream().close();
        }
    }
}
