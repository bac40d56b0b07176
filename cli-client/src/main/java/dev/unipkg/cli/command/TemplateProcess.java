package dev.unipkg.cli.command;

import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Another pkg that makes a snapshot while this one stays with its guest, or ends. It gets what processor time others
/// leave, opens no connection to a registry, and ends by itself.
record TemplateProcess(Snapshots snapshots, Instance.Order order) {
    /// The file for what the last one said.
    private static final String LOG = "last.log";

    private static final String MAIN = "dev.unipkg.cli.Pkg";

    /// Starts it.
    ///
    /// @throws IOException where this process does not know how it was started, or the other one cannot be
    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19", "setsid"));
        command.addAll(pkg());
        command.add("run");
        command.addAll(List.of("--template", "--offline", "--registry=" + order.registry()));
        command.addAll(order.words());
        Path root = snapshots.make();
        new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(root.resolve(LOG).toFile())
                .start();
    }

    // All words of this process's command line up to the name of its main class.
    private static List<String> pkg() throws IOException {
        ProcessHandle.Info self = ProcessHandle.current().info();
        String main = System.getProperty("sun.java.command", "").split(" ", 2)[0];
        String[] words = self.arguments().orElse(new String[0]);
        int at = Arrays.asList(words).indexOf(main);
        // Another program that has pkg inside would start itself.
        if (!main.equals(MAIN) || at < 0 || self.command().isEmpty()) {
            throw new IOException("this system does not tell how pkg was started");
        }
        List<String> command = new ArrayList<>(List.of(self.command().get()));
        command.addAll(List.of(words).subList(0, at + 1));
        return command;
    }
}
