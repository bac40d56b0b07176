package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.journeys.RawPush.Build;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Clients of a registry that is killed now and then. They push until they are told that it is there, and remember what
/// they were told.
final class EnduranceLoad {

    private static final int SHARED_LAYERS = 8;
    private static final int REPOSITORIES = 4;
    private static final int MOST_ATTEMPTS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI registry;
    private final String key;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Build> layers = IntStream.range(0, SHARED_LAYERS)
            .mapToObj(i -> RawTar.program(Arrays.copyOf(RawTar.elf(Arch.X86_64), 100_000 + i)))
            .toList();
    private final Queue<Kept> kept = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pushes = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger deleted = new AtomicInteger();

    EnduranceLoad(URI registry, String key) {
        this.registry = registry;
        this.key = key;
    }

    /// Something whose push was acknowledged.
    ///
    /// @param parts the paths of its documents and blobs, and the digest of each
    private record Kept(String repository, String tag, Digest document, List<Part> parts) {}

    private record Part(String path, Digest digest) {}

    int acknowledged() {
        return kept.size();
    }

    /// Waits until one more push is acknowledged, so that a slow server has something to lose before it is killed.
    void awaitAcknowledgement(CountDownLatch over, Duration patience) throws InterruptedException {
        int before = pushes.get();
        long deadline = System.nanoTime() + patience.toNanos();
        while (pushes.get() == before && System.nanoTime() < deadline && !over.await(50, TimeUnit.MILLISECONDS)) {
            // Asked again.
        }
    }

    int refused() {
        return refused.get();
    }

    int deleted() {
        return deleted.get();
    }

    /// Pushes and deletes until it is over.
    void run(int seed, CountDownLatch over) {
        Random random = new Random(seed);
        List<Kept> own = new ArrayList<>();
        for (int i = 0; over.getCount() > 0; i++) {
            String name = seed + "." + i;
            int choice = random.nextInt(10);
            if (choice == 0 && !own.isEmpty()) {
                Kept unwanted = own.remove(random.nextInt(own.size()));
                kept.remove(unwanted);
                untilDone(over, () -> delete(unwanted));
            } else if (choice <= 2) {
                untilDone(over, () -> mended(name)).ifPresent(own::add);
            } else if (choice == 3) {
                untilDone(over, () -> broken(name));
            } else {
                Build shared = layers.get(random.nextInt(SHARED_LAYERS));
                String repository = "endured/app" + (seed + i) % REPOSITORIES;
                untilDone(over, () -> version(repository, name, shared));
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        /// @return what is there now; empty where it is to be tried again
        Optional<Kept> take() throws IOException, InterruptedException;
    }

    private Optional<Kept> untilDone(CountDownLatch over, Step step) {
        for (int i = 0; over.getCount() > 0; i++) {
            if (i == MOST_ATTEMPTS) {
                throw new AssertionError("a push was not taken in " + MOST_ATTEMPTS + " attempts");
            }
            try {
                Optional<Kept> done = step.take();
                if (done.isPresent()) {
                    return done;
                }
                over.await(100, TimeUnit.MILLISECONDS);
            } catch (IOException killed) {
                await(over);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return Optional.empty();
    }

    private static void await(CountDownLatch over) {
        try {
            over.await(300, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A version whose layer other versions have, too.
    private Optional<Kept> version(String repository, String name, Build shared)
            throws IOException, InterruptedException {
        byte[] config = new String(shared.config(), UTF_8)
                .replaceFirst("\\{", "{\"author\":\"" + name + "\",")
                .getBytes(UTF_8);
        Build build = RawPush.building(config, shared.layer());
        byte[] index = RawPush.index("1." + name, build);
        boolean taken = blob(repository, config) == 201
                && blob(repository, shared.layer()) == 201
                && put(repository, Digest.of(build.manifest()).toString(), MediaTypes.IMAGE_MANIFEST, build.manifest())
                        == 201
                && put(repository, "1." + name, MediaTypes.IMAGE_INDEX, index) == 201;
        return taken
                ? keep(repository, "1." + name, index, List.of(build.manifest()), List.of(config, shared.layer()))
                : Optional.empty();
    }

    /// An artifact whose manifest comes before one of its blobs, is refused, and comes again after it.
    private Optional<Kept> mended(String name) throws IOException, InterruptedException {
        byte[] config = ("config of " + name).getBytes(UTF_8);
        byte[] content = Arrays.copyOf(("content of " + name).getBytes(UTF_8), 50_000);
        byte[] manifest = artifact(config, content);
        if (blob("endured/things", config) != 201) {
            return Optional.empty();
        }
        if (put("endured/things", "t" + name, MediaTypes.IMAGE_MANIFEST, manifest) == 404) {
            refused.incrementAndGet();
        }
        boolean taken = blob("endured/things", content) == 201
                && put("endured/things", "t" + name, MediaTypes.IMAGE_MANIFEST, manifest) == 201;
        return taken
                ? keep("endured/things", "t" + name, manifest, List.of(), List.of(config, content))
                : Optional.empty();
    }

    /// A build whose layer is none: it is refused, and what was brought for it is garbage.
    private Optional<Kept> broken(String name) throws IOException, InterruptedException {
        Build build =
                RawPush.building(Arrays.copyOf(("no layer " + name).getBytes(UTF_8), 20_000), Digest.of(new byte[0]));
        boolean brought = blob("endured/broken", build.config()) == 201 && blob("endured/broken", build.layer()) == 201;
        String digest = Digest.of(build.manifest()).toString();
        if (brought && put("endured/broken", digest, MediaTypes.IMAGE_MANIFEST, build.manifest()) == 400) {
            refused.incrementAndGet();
            return Optional.of(new Kept("endured/broken", digest, Digest.of(build.manifest()), List.of()));
        }
        return Optional.empty();
    }

    /// Deletes an artifact; it may be gone already, when the answer to an earlier attempt was lost.
    private Optional<Kept> delete(Kept unwanted) throws IOException, InterruptedException {
        int status = send("DELETE", unwanted.repository(), "manifests/" + unwanted.document(), "", new byte[0])
                .statusCode();
        if (status == 202 || status == 404) {
            deleted.incrementAndGet();
            return Optional.of(unwanted);
        }
        return Optional.empty();
    }

    private Optional<Kept> keep(
            String repository, String tag, byte[] document, List<byte[]> manifests, List<byte[]> blobs) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("manifests/" + tag, Digest.of(document)));
        manifests.forEach(bytes -> parts.add(new Part("manifests/" + Digest.of(bytes), Digest.of(bytes))));
        blobs.forEach(bytes -> parts.add(new Part("blobs/" + Digest.of(bytes), Digest.of(bytes))));
        Kept acknowledged = new Kept(repository, tag, Digest.of(document), parts);
        kept.add(acknowledged);
        pushes.incrementAndGet();
        return Optional.of(acknowledged);
    }

    /// Acknowledged versions that were not deleted and are not there bit for bit.
    List<String> lost() {
        List<String> lost = Collections.synchronizedList(new ArrayList<>());
        kept.parallelStream()
                .forEach(version -> version.parts().forEach(part -> {
                    try {
                        HttpResponse<byte[]> answer = send("GET", version.repository(), part.path(), "", new byte[0]);
                        if (answer.statusCode() == 307) {
                            URI elsewhere = URI.create(
                                    answer.headers().firstValue("Location").orElseThrow());
                            answer = client.send(
                                    HttpRequest.newBuilder(elsewhere).build(), BodyHandlers.ofByteArray());
                        }
                        if (!Digest.of(answer.body()).equals(part.digest())) {
                            lost.add(version.repository() + ":" + version.tag() + " " + part.path() + " is answered "
                                    + answer.statusCode());
                        }
                    } catch (IOException | InterruptedException e) {
                        lost.add(part.path() + ": " + e);
                    }
                }));
        return lost;
    }

    private int blob(String repository, byte[] bytes) throws IOException, InterruptedException {
        String rest = "blobs/uploads/?digest=" + Digest.of(bytes);
        return send("POST", repository, rest, "application/octet-stream", bytes).statusCode();
    }

    private int put(String repository, String reference, String mediaType, byte[] document)
            throws IOException, InterruptedException {
        return send("PUT", repository, "manifests/" + reference, mediaType, document)
                .statusCode();
    }

    private HttpResponse<byte[]> send(String method, String repository, String rest, String mediaType, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(registry.resolve("/v2/" + repository + "/" + rest))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + key)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (!mediaType.isEmpty()) {
            request.header("Content-Type", mediaType);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static byte[] artifact(byte[] config, byte[] content) {
        return new Manifest(
                        Optional.of("application/vnd.example.thing"),
                        Descriptor.of("application/octet-stream", config),
                        List.of(Descriptor.of("application/octet-stream", content)),
                        Optional.empty(),
                        new TreeMap<>())
                .toBytes();
    }
}
