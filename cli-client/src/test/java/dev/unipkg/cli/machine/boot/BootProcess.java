package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.Shell;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process that runs an image as pkg does, to be signalled.
final class BootProcess implements AutoCloseable {
    private final Path home;
    private final Process process;

    private BootProcess(Path home, Process process) {
        this.home = home;
        this.process = process;
    }

    static BootProcess start(Path home, Image image) throws IOException {
        return start(
                home, image, ProcessBuilder.Redirect.to(home.resolve("stdout").toFile()));
    }

    /// The same with a stdout that is a pipe.
    static BootProcess startPiped(Path home, Image image) throws IOException {
        return start(home, image, ProcessBuilder.Redirect.PIPE);
    }

    /// Closes the pipe, as `head` does.
    void closeStdout() throws IOException {
        process.getInputStream().close();
    }

    private static BootProcess start(Path home, Image image, ProcessBuilder.Redirect stdout) throws IOException {
        // A shell makes the jobs it starts in the background ignore Ctrl-C; their children would ignore it too.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                Booting.Main.class.getName(),
                home.toString()));
        switch (image) {
            case Image.Disk disk -> command.add(disk.file().toString());
            case Image.KernelAndInitrd linux ->
                command.addAll(List.of(linux.kernel().toString(), linux.initrd().toString(), linux.commandLine()));
            case Image.Unikernel unikernel -> throw new IllegalArgumentException("not booted so: " + unikernel);
        }
        Process process = new ProcessBuilder(command)
                .redirectOutput(stdout)
                .redirectError(home.resolve("stderr").toFile())
                .start();
        return new BootProcess(home, process);
    }

    void awaitAnswer() throws IOException, InterruptedException {
        awaitWord(" is ready after ");
    }

    void awaitWord(String word) throws IOException, InterruptedException {
        for (int i = 0; i < 1200 && !said().contains(word); i++) {
            assertThat(process.isAlive()).as(said()).isTrue();
            Thread.sleep(50);
        }
        assertThat(said()).contains(word);
    }

    void signal(String name) throws IOException, InterruptedException {
        Shell.run("sh", "-c", "kill -" + name + " " + process.pid());
    }

    int exit() throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    String console() throws IOException {
        return Files.readString(home.resolve("stdout"));
    }

    String said() throws IOException {
        return Files.readString(home.resolve("stderr"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
