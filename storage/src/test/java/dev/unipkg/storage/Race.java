package dev.unipkg.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/// Several threads that start together.
final class Race {
    private Race() {}

    /// The results of the runners, in their order.
    static <T> List<T> of(int runners, IntFunction<Callable<T>> runner) throws Exception {
        CountDownLatch ready = new CountDownLatch(runners);
        try (ExecutorService threads = Executors.newFixedThreadPool(runners)) {
            List<Future<T>> results = new ArrayList<>();
            for (int i = 0; i < runners; i++) {
                Callable<T> run = runner.apply(i);
                results.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return run.call();
                }));
            }
            List<T> done = new ArrayList<>();
            for (Future<T> result : results) {
                done.add(result.get());
            }
            return done;
        }
    }
}
