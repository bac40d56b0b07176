package dev.unipkg.bench;

import dev.unipkg.format.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Pushes blobs that no registry has seen, from several clients at once, and prints how many megabytes a second were
/// acknowledged, after as many pushes that are not counted: a server in service has been warm for long.
///
///     PushLoad <registry> <repository> <bytes of a blob> <clients> <pushes> [authorization]
final class PushLoad {

    private PushLoad() {}

    /// A blob is the common bytes with its own number at the front.
    private record Blob(long number, Digest digest) {}

    public static void main(String[] args) throws Exception {
        int bytes = Integer.parseInt(args[2]);
        int clients = Integer.parseInt(args[3]);
        int pushes = Integer.parseInt(args[4]);
        Optional<String> authorization = args.length > 5 ? Optional.of(args[5]) : Optional.empty();
        Clients load = new Clients(URI.create(args[0]), args[1], authorization, clients);
        megabytesPerSecond(load, bytes, pushes);
        System.out.printf(Locale.ROOT, "%.3f%n", megabytesPerSecond(load, bytes, pushes));
    }

    /// How many clients push where; each has a connection of its own.
    private record Clients(URI registry, String repository, Optional<String> authorization, int count) {
        OciClient connect() throws IOException {
            return new OciClient(registry, repository, authorization);
        }
    }

    private static double megabytesPerSecond(Clients clients, int bytes, int pushes)
            throws InterruptedException, ExecutionException {
        byte[] common = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(common);
        List<Blob> blobs = new ArrayList<>();
        for (int i = 0; i < pushes; i++) {
            long number = ThreadLocalRandom.current().nextLong();
            blobs.add(new Blob(number, Digest.of(numbered(common, number))));
        }
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients.count())) {
            Callable<Integer> client = () -> push(clients, blobs, next, common);
            long start = System.nanoTime();
            for (Future<Integer> done : threads.invokeAll(Collections.nCopies(clients.count(), client))) {
                done.get();
            }
            return (double) bytes * pushes / 1e6 / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static int push(Clients clients, List<Blob> blobs, AtomicInteger next, byte[] common) throws IOException {
        byte[] bytes = common.clone();
        int pushed = 0;
        try (OciClient registry = clients.connect()) {
            for (int i = next.getAndIncrement(); i < blobs.size(); i = next.getAndIncrement()) {
                Blob blob = blobs.get(i);
                registry.push(blob.digest(), number(bytes, blob.number()));
                pushed++;
            }
        }
        return pushed;
    }

    private static byte[] numbered(byte[] common, long number) {
        return number(common.clone(), number);
    }

    private static byte[] number(byte[] bytes, long number) {
        ByteBuffer.wrap(bytes).putLong(number);
        return bytes;
    }
}
