package dev.unipkg.registry.checks;

import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs work that computes for long on threads of its own. On a virtual thread, native code such as zstd or SHA-256
/// keeps one of the few threads that all requests share.
///
/// Namespaces take turns. One of them has at most half of the places, and running work shares all processors but one
/// in slices, so that the small push of one namespace does not wait for the large one of another.
@ApplicationScoped
public class CheckPool {

    /// The heap that checking the largest allowed build takes.
    private static final long HEAP_BYTES = 200L << 20;

    private static final long SLICE_NANOS = Duration.ofMillis(20).toNanos();

    /// @param places the work that runs at once
    /// @param processors that it computes on
    /// @param queue how much may wait in all; a quarter of it for one namespace
    /// @param patience how long it may wait
    record Limits(int places, int processors, int queue, Duration patience) {

        /// Every build that is checked lies unpacked on the disk meanwhile, and its names in memory.
        static Limits ofThisMachine() {
            Runtime machine = Runtime.getRuntime();
            return new Limits(
                    (int) Math.clamp(machine.maxMemory() / HEAP_BYTES, 1, 8),
                    Math.max(1, machine.availableProcessors() - 1),
                    64,
                    Duration.ofMinutes(2));
        }
    }

    private final Limits limits;
    private final Semaphore processors;

    /// The namespaces whose work waits, the one whose turn is next first.
    private final SequencedMap<String, Queue<CompletableFuture<Void>>> waiting = new LinkedHashMap<>();

    private final Map<String, Integer> runningOf = new HashMap<>();
    private int running;

    @Inject
    CheckPool() {
        this(Limits.ofThisMachine());
    }

    CheckPool(Limits limits) {
        this.limits = limits;
        this.processors = new Semaphore(limits.processors(), true);
        Meters.gauge("unipkg.checks.waiting", "Pushed manifests that wait for their check", this::waiting);
    }

    /// Work that computes for long and calls [Slice#pause] between its steps.
    @FunctionalInterface
    public interface Work<T> {
        T compute(Slice slice) throws IOException;
    }

    /// The time for which work may compute before it lets other work have the processor.
    public final class Slice {

        private long since = System.nanoTime();

        private Slice() {}

        /// Lets other work go on where this slice is over.
        public void pause() {
            if (processors.hasQueuedThreads() && System.nanoTime() - since > SLICE_NANOS) {
                processors.release();
                processors.acquireUninterruptibly();
                since = System.nanoTime();
            }
        }
    }

    /// Runs work when it is the namespace's turn, and waits for its end.
    ///
    /// @throws RejectedException when too much waits, or the turn does not come in time
    /// @throws IOException that the work ended with
    public <T> T run(String namespace, Work<T> work) throws IOException {
        awaitTurn(namespace);
        FutureTask<T> task = new FutureTask<>(() -> compute(namespace, work));
        Thread.ofPlatform().daemon().name("check").start(task);
        return result(task);
    }

    private <T> T compute(String namespace, Work<T> work) throws IOException {
        processors.acquireUninterruptibly();
        try {
            return work.compute(new Slice());
        } finally {
            processors.release();
            ended(namespace);
        }
    }

    private static <T> T result(FutureTask<T> task) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a check ran", e);
        } catch (ExecutionException e) {
            switch (task.exceptionNow()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case Throwable failed -> throw new IllegalStateException("a check failed", failed);
            }
        }
    }

    private void awaitTurn(String namespace) {
        CompletableFuture<Void> turn = enqueue(namespace);
        try {
            turn.get(limits.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            if (leave(namespace, turn)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!leave(namespace, turn)) {
                ended(namespace);
            }
            throw busy();
        }
    }

    private synchronized CompletableFuture<Void> enqueue(String namespace) {
        Queue<CompletableFuture<Void>> own = waiting.getOrDefault(namespace, new ArrayDeque<>());
        if (waiting() >= limits.queue() || own.size() >= Math.max(1, limits.queue() / 4)) {
            throw busy();
        }
        CompletableFuture<Void> turn = new CompletableFuture<>();
        own.add(turn);
        waiting.put(namespace, own);
        startNext();
        return turn;
    }

    /// How much waits for its turn.
    synchronized int waiting() {
        return waiting.values().stream().mapToInt(Queue::size).sum();
    }

    /// @return whether the turn had not come
    private synchronized boolean leave(String namespace, CompletableFuture<Void> turn) {
        Queue<CompletableFuture<Void>> own = waiting.getOrDefault(namespace, new ArrayDeque<>());
        boolean left = own.remove(turn);
        if (own.isEmpty()) {
            waiting.remove(namespace);
        }
        return left;
    }

    private synchronized void ended(String namespace) {
        running--;
        runningOf.computeIfPresent(namespace, (_, own) -> own == 1 ? null : own - 1);
        startNext();
    }

    private void startNext() {
        for (Optional<String> next = next(); next.isPresent(); next = next()) {
            String namespace = next.get();
            Queue<CompletableFuture<Void>> own = waiting.getOrDefault(namespace, new ArrayDeque<>());
            waiting.remove(namespace);
            CompletableFuture<Void> turn = own.remove();
            if (!own.isEmpty()) {
                waiting.putLast(namespace, own);
            }
            running++;
            runningOf.merge(namespace, 1, Integer::sum);
            turn.complete(null);
        }
    }

    private Optional<String> next() {
        int most = Math.max(1, limits.places() / 2);
        return running == limits.places()
                ? Optional.empty()
                : waiting.keySet().stream()
                        .filter(namespace -> runningOf.getOrDefault(namespace, 0) < most)
                        .findFirst();
    }

    private static RejectedException busy() {
        return new Rejection.Busy("checking builds").asException();
    }
}
