package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `pkg run` until it answers, and Ctrl-C.
///
/// @param folder where the consoles go
record RunningPackage(PkgCommand pkg, Path folder) {

    private static final int GUEST_PORT = 8080;
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
        Process machine = pkg.start(console, line.toArray(String[]::new));
        try {
            assertThat(answer(machine, port, console)).contains(answer);
            new ProcessBuilder("sh", "-c", "kill -INT " + machine.pid()).start().waitFor();
            return RunningRegistry.ended(machine);
        } finally {
            RunningRegistry.kill9(machine);
        }
    }

    private static String answer(Process machine, int port, Path console) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .timeout(Duration.ofMillis(500))
                    .build();
            while (System.nanoTime() < deadline && machine.isAlive()) {
                try {
                    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
                    if (response.statusCode() == 200) {
                        return response.body();
                    }
                } catch (IOException notYet) {
                    Thread.sleep(20);
                }
            }
        }
        throw new AssertionError("no answer from the machine:\n" + Files.readString(console));
    }
}
