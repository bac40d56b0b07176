package dev.unipkg.journeys;

import dev.unipkg.api.PullNumber;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The last requests of many pulls of one package, several at a time.
final class NumberedPulls implements AutoCloseable {

    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern BUILD =
            Pattern.compile("\"builds\":\\[\\{[^\\[]*?\"digest\":\"(sha256:[0-9a-f]{64})\"");
    private static final Pattern CONFIG = Pattern.compile("\"config\":\\{[^}]*?\"digest\":\"(sha256:[0-9a-f]{64})\"");

    private final URI config;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Queue<PullNumber> open = new ConcurrentLinkedQueue<>();

    /// @param name of a package with one build
    NumberedPulls(RegistryProcess registry, String name, int pulls) throws IOException, InterruptedException {
        String build = find(BUILD, registry.get("/api/v1/packages/" + name + "/versions/latest"));
        String manifest = registry.get("/v2/" + name + "/manifests/" + build);
        this.config = URI.create(registry.url() + "/v2/" + name + "/blobs/" + find(CONFIG, manifest));
        for (int i = 0; i < pulls; i++) {
            open.add(PullNumber.draw(LocalDate.now(ZoneOffset.UTC)));
        }
    }

    /// How many pulls are not acknowledged.
    int left() {
        return open.size();
    }

    /// Tries each open pull once.
    ///
    /// @param midway is run when so many are acknowledged, while others are under way
    void tryAll(int acknowledged, Action midway) throws Exception {
        CountDownLatch reached = new CountDownLatch(acknowledged);
        List<PullNumber> round = new ArrayList<>(open);
        List<Future<?>> tries = new ArrayList<>();
        for (PullNumber number : round) {
            tries.add(threads.submit(() -> {
                if (isAcknowledged(number)) {
                    open.remove(number);
                    reached.countDown();
                }
            }));
        }
        if (!reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("only " + (acknowledged - reached.getCount()) + " pulls were acknowledged");
        }
        midway.run();
        for (Future<?> each : tries) {
            each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /// Something that a test does.
    @FunctionalInterface
    interface Action {
        void run() throws IOException, InterruptedException;
    }

    private boolean isAcknowledged(PullNumber number) {
        HttpRequest get = HttpRequest.newBuilder(config)
                .timeout(PATIENCE)
                .header(PullNumber.HEADER, number.toString())
                .build();
        try {
            HttpResponse<byte[]> answer = client.send(get, BodyHandlers.ofByteArray());
            return answer.statusCode() == 200;
        } catch (IOException cut) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String find(Pattern pattern, String json) throws IOException {
        Matcher found = pattern.matcher(json.replaceAll("\\s", ""));
        if (!found.find()) {
            throw new IOException("there is no " + pattern + " in " + json);
        }
        return found.group(1);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.close();
    }
}
