package dev.unipkg.journeys;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged registry server in a process of its own, started as an operator starts it.
final class RegistryProcess implements AutoCloseable {

    static final Path LAUNCHER =
            Path.of("../../registry-server/bin/registry").toAbsolutePath().normalize();
    private static final Pattern KEY = Pattern.compile("upk_[A-Za-z0-9_]+");
    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path data;
    private final Map<String, String> environment;
    private final Path log;
    private int port;
    private Process process;
    private String key = "";

    private RegistryProcess(Path data, Map<String, String> environment) throws IOException, InterruptedException {
        this.data = data;
        this.environment = environment;
        this.log = Files.createTempFile("registry", ".log");
        this.process = start();
        this.key = find(KEY, "the administrator's key");
    }

    /// A registry that was never started before.
    static RegistryProcess open(Backend backend) throws IOException, InterruptedException {
        return open(backend, Map.of());
    }

    /// A registry that was never started before, with settings of its own, as environment variables.
    static RegistryProcess open(Backend backend, Map<String, String> settings)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(backend.environment());
        environment.putAll(settings);
        return new RegistryProcess(Files.createTempDirectory("registry-data"), environment);
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /// The key that the first start showed once.
    String administratorKey() {
        return key;
    }

    Path data() {
        return data;
    }

    /// Everything the server has printed so far.
    String log() throws IOException {
        return Files.readString(log);
    }

    /// Ends it as a power cut would, as far as a process can tell.
    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// The same for it and its embedded database, where it has one.
    void killWithDatabase() throws IOException, InterruptedException {
        kill9();
        Path postmaster = data.resolve("postgres/cluster/postmaster.pid");
        if (Files.exists(postmaster)) {
            long pid = Long.parseLong(Files.readAllLines(postmaster).getFirst().strip());
            Optional<ProcessHandle> database = ProcessHandle.of(pid);
            database.stream().flatMap(ProcessHandle::descendants).forEach(ProcessHandle::destroyForcibly);
            database.ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the registry did not stop within 30 s");
        }
    }

    /// Starts it again on the same data and the same port.
    void restart() throws IOException, InterruptedException {
        process = start();
    }

    /// The status and body of a GET.
    String get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url() + path)).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    /// Sends a document with the administrator's key and requires that it was taken.
    ///
    /// @return the answer
    String post(String path, String json) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(json))
                    .build();
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 201) {
                throw new IOException(path + " was answered " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        }
    }

    /// Makes a namespace.
    ///
    /// @return a key that may publish to it
    String newNamespace(String name) throws IOException, InterruptedException {
        post("/api/v1/namespaces", "{\"name\":\"" + name + "\"}");
        Matcher made = KEY.matcher(post("/api/v1/keys", "{\"namespace\":\"" + name + "\",\"description\":\"a test\"}"));
        if (!made.find()) {
            throw new IOException("the registry showed no key for " + name);
        }
        return made.group();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            stop();
        }
    }

    private Process start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        LAUNCHER.toString(), "--port", Integer.toString(port), "--data", data.toString())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("UNIPKG_") || name.startsWith("QUARKUS_"));
        builder.environment().putAll(environment);
        Process started = builder.start();
        String url = ProcessLog.awaitLine(started, log, LISTENING, PATIENCE).group(1);
        port = URI.create(url).getPort();
        return started;
    }

    private String find(Pattern pattern, String what) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(log));
        if (!matcher.find()) {
            throw new IOException("the registry did not show " + what + ":\n" + Files.readString(log));
        }
        return matcher.group();
    }
}
