package dev.unipkg.cli.transfer;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs transfers at the same time, a few at once; the first failure stops the others and is thrown.
final class ParallelTasks {
    // More connections than this to one registry gain nothing on the links we measured, and are not polite.
    private static final int AT_ONCE = 4;

    private static final int STOPPING_MILLIS = 1000;

    private ParallelTasks() {}

    /// One transfer.
    interface Task {
        void run() throws IOException;
    }

    static void run(List<Task> tasks) throws IOException {
        if (tasks.size() <= 1) {
            for (Task task : tasks) {
                task.run();
            }
            return;
        }
        // Platform threads: those that virtual threads wait for their sockets with would hold up the end of the process
        // by 300 ms.
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(AT_ONCE, tasks.size()), Thread.ofPlatform().daemon().factory());
        try {
            CompletionService<@Nullable Void> done = new ExecutorCompletionService<>(threads);
            for (Task task : tasks) {
                Future<@Nullable Void> unused = done.submit(() -> {
                    task.run();
                    return null;
                });
            }
            for (int i = 0; i < tasks.size(); i++) {
                done.take().get();
            }
        } catch (ExecutionException | InterruptedException e) {
            stop(threads);
            throw cause(e);
        } finally {
            threads.shutdown();
        }
    }

    // A transfer notices at the next bytes it writes. One whose registry sends nothing is not waited for.
    private static void stop(ExecutorService threads) {
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(STOPPING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException cause(Exception e) {
        return switch (e.getCause()) {
            case IOException io -> io;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case null, default -> new IOException("interrupted", e);
        };
    }
}
