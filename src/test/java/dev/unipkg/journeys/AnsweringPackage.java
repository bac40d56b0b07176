package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A `pkg run` in the foreground of a package that answers on a port.
///
/// @param port of this host that leads to the guest
/// @param console where both streams of the process go
record AnsweringPackage(Process process, int port, Path console) implements AutoCloseable {

    private static final int GUEST_PORT = 8080;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /// Starts it.
    ///
    /// @param folder where the console goes
    /// @param more further arguments
    static AnsweringPackage start(PkgCommand pkg, Path folder, String name, String kernel, String... more)
            throws IOException {
        int port = RunningRegistry.freePort();
        List<String> line = new ArrayList<>(List.of("run", name, "--kernel", kernel, "-p", port + ":" + GUEST_PORT));
        line.addAll(List.of(more));
        Path console = Files.createTempFile(folder, name, ".console");
        return new AnsweringPackage(pkg.start(line.toArray(String[]::new)), port, console);
    }

    /// Waits until pkg says so.
    AnsweringPackage says(Pattern line) throws IOException, InterruptedException {
        var _ = ProcessLog.awaitLine(process, console, line, PATIENCE);
        return this;
    }

    AnsweringPackage answers(String text) throws IOException, InterruptedException {
        assertThat(page()).as(Files.readString(console)).contains(text);
        return this;
    }

    private String page() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .timeout(PATIENCE)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    /// Stops it as Ctrl-C does.
    ///
    /// @return the exit code
    int stopped() throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor();
        return RunningRegistry.ended(process);
    }

    /// All that it said until now.
    String talk() throws IOException {
        return Files.readString(console);
    }

    @Override
    public void close() throws InterruptedException {
        RunningRegistry.kill9(process);
    }
}
