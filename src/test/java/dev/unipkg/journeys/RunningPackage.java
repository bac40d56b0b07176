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

/// `pkg run` until it answers, and Ctrl-C.
///
/// @param folder where the consoles go
record RunningPackage(PkgCommand pkg, Path folder) {

    private static final int GUEST_PORT = 8080;
    private static final Pattern READY = Pattern.compile(" is ready after ");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /// Boots the package, waits for its answer, and stops it as Ctrl-C does.
    ///
    /// @param answer what the answer contains
    /// @param more further arguments
    /// @return the exit code
    int answersAndStops(String name, String kernel, String answer, String... more) throws Exception {
        int port = RunningRegistry.freePort();
        Path console = Files.createTempFile(folder, name, ".console");
        List<String> line = new ArrayList<>(List.of("run", name, "--kernel", kernel, "-p", port + ":" + GUEST_PORT));
        line.addAll(List.of(more));
        Process machine = pkg.start(line.toArray(String[]::new));
        try {
            ProcessLog.awaitLine(machine, console, READY, PATIENCE);
            assertThat(answer(port)).as(Files.readString(console)).contains(answer);
            new ProcessBuilder("sh", "-c", "kill -INT " + machine.pid()).start().waitFor();
            return RunningRegistry.ended(machine);
        } finally {
            RunningRegistry.kill9(machine);
        }
    }

    private static String answer(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .timeout(PATIENCE)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }
}
