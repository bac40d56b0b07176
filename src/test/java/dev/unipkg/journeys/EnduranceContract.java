package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Ten clients push packages that share layers, are refused on purpose and delete, while a sweep runs every second and
/// the server is killed with its database every few seconds. At the end every acknowledged version is there, bit for
/// bit, and nothing else is. `-Dendurance.seconds=1800` makes it longer; it prints a table.
abstract class EnduranceContract extends RunningRegistry {

    private static final Duration LOAD = Duration.ofSeconds(Integer.getInteger("endurance.seconds", 30));
    private static final int CLIENTS = 10;
    private static final int LEASE_SECONDS = 20;
    private static final int GRACE_SECONDS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Random random = new Random(11);

    @Override
    Map<String, String> settings() {
        return Map.of(
                "UNIPKG_LEASE", LEASE_SECONDS + "s",
                "UNIPKG_SWEEP_INTERVAL", "1s",
                "UNIPKG_SWEEP_GRACE", GRACE_SECONDS + "s");
    }

    /// The folder that the store's bytes are in, whatever keeps them there.
    abstract Path bytes();

    @Test
    void nothingThatWasAcknowledgedIsLostAndNothingElseStays() throws Exception {
        String key = registry.newNamespace("endured");
        EnduranceLoad load = new EnduranceLoad(URI.create(registry.url()), key);
        CountDownLatch over = new CountDownLatch(1);
        List<Long> restarts = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int seed = i;
                running.add(clients.submit(() -> load.run(seed, over)));
            }
            Instant end = Instant.now().plus(LOAD);
            while (!over.await(2_000 + random.nextInt(4_000), TimeUnit.MILLISECONDS)) {
                load.awaitAcknowledgement(over, PATIENCE);
                restarts.add(killAndRestart());
                if (Instant.now().isAfter(end)) {
                    over.countDown();
                }
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
        List<String> lost = load.lost();
        long orphans = orphanBytesAfterSweeps(key);
        restarts.sort(Long::compare);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d s | %d | %d | %d | %d | %d | %d | %d ms | %d ms |%n",
                backend.getClass().getSimpleName(),
                LOAD.toSeconds(),
                restarts.size(),
                load.acknowledged(),
                load.refused(),
                load.deleted(),
                lost.size(),
                orphans,
                restarts.get(restarts.size() / 2),
                restarts.getLast());
        assertThat(load.acknowledged()).isPositive();
        assertThat(load.refused()).isPositive();
        assertThat(lost).isEmpty();
        assertThat(orphans).isZero();
    }

    /// @return after how many milliseconds it answered
    private long killAndRestart() throws IOException, InterruptedException {
        registry.killWithDatabase();
        long start = System.nanoTime();
        registry.restart();
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    /// The bytes in the store that the namespace, which has all there is, does not have, when the sweep has no more to
    /// do.
    private long orphanBytesAfterSweeps(String key) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        long orphans = Long.MAX_VALUE;
        while (orphans != 0 && Instant.now().isBefore(deadline)) {
            ask("POST", "/api/v1/upkeep/sweep", registry.administratorKey());
            byte[] usage = ask("GET", "/api/v1/namespaces/endured/usage", key);
            orphans = stored() - Json.parseObject(usage, JsonLimits.DEFAULT).number("bytes", 0, Json.Num.MAX);
        }
        return orphans;
    }

    private long stored() throws IOException {
        try (Stream<Path> files = Files.find(bytes(), 8, (path, file) -> isBlob(path, file))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static boolean isBlob(Path path, BasicFileAttributes file) {
        return file.isRegularFile() && path.getFileName().toString().matches("[0-9a-f]{64}");
    }

    private byte[] ask(String method, String path, String key) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(registry.url() + path))
                                    .header("Authorization", "Bearer " + key)
                                    .method(method, BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofByteArray())
                    .body();
        }
    }
}
