package dev.unipkg.cli.transfer;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Runs transfers at the same time, a few at once; the first failure stops the others and is thrown.
final class Together {
    // More connections than this to one registry gain nothing on the links we measured, and are not polite.
    private static final int AT_ONCE = 4;

    private Together() {}

    /// One transfer.
    interface Task {
        void run() throws IOException;
    }

    static void run(List<Task> tasks) throws IOException {
        if (tasks.size() == 1) {
            tasks.getFirst().run();
            return;
        }
        Semaphore room = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<@Nullable Void> done = new ExecutorCompletionService<>(threads);
            for (Task task : tasks) {
                Future<@Nullable Void> unused = done.submit(() -> {
                    room.acquire();
                    try {
                        task.run();
                    } finally {
                        room.release();
                    }
                    return null;
                });
            }
            try {
                for (int i = 0; i < tasks.size(); i++) {
                    done.take().get();
                }
            } catch (ExecutionException | InterruptedException e) {
                threads.shutdownNow();
                throw cause(e);
            }
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
