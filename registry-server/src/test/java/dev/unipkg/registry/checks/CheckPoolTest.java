package dev.unipkg.registry.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.unipkg.registry.problems.RejectedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckPoolTest {

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<String> started = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void endAll() {
        end.countDown();
        callers.close();
    }

    @Test
    void aNamespaceHasHalfOfThePlaces() throws Exception {
        CheckPool pool = pool(4, 8);
        for (int i = 0; i < 3; i++) {
            Future<String> _ = runUntilEnd(pool, "many");
        }
        assertThat(List.of(started.take(), started.take())).containsOnly("many");
        Future<String> _ = runUntilEnd(pool, "one");
        assertThat(started.take()).isEqualTo("one");
        assertThat(started).isEmpty();
    }

    @Test
    void namespacesTakeTurns() throws Exception {
        CheckPool pool = pool(1, 8);
        Future<String> _ = runUntilEnd(pool, "first");
        assertThat(started.take()).isEqualTo("first");
        List<Future<String>> waiting = new ArrayList<>();
        for (String namespace : List.of("many", "many", "one")) {
            waiting.add(runUntilEnd(pool, namespace));
            awaitWaiting(pool, waiting.size());
        }
        end.countDown();
        for (Future<String> run : waiting) {
            run.get();
        }
        assertThat(started).containsExactly("many", "one", "many");
    }

    @Test
    void workOfOneNamespaceBeyondAQuarterOfTheQueueIsRefusedAtOnce() throws Exception {
        CheckPool pool = pool(1, 8);
        Future<String> _ = runUntilEnd(pool, "many");
        assertThat(started.take()).isEqualTo("many");
        for (int i = 1; i <= 2; i++) {
            Future<String> _ = runUntilEnd(pool, "many");
            awaitWaiting(pool, i);
        }
        assertBusy(pool, "many");
        for (int i = 3; i <= 8; i++) {
            Future<String> _ = runUntilEnd(pool, "another-" + i);
            awaitWaiting(pool, i);
        }
        assertBusy(pool, "one more");
    }

    @Test
    void aTurnThatDoesNotComeInTimeIsRefusedAndTheNextOneComes() throws Exception {
        CheckPool pool = new CheckPool(new CheckPool.Limits(1, 1, 8, Duration.ZERO));
        Future<String> first = runUntilEnd(pool, "first");
        assertThat(started.take()).isEqualTo("first");
        assertBusy(pool, "late");
        end.countDown();
        first.get();
        assertRuns(pool, "late");
    }

    @Test
    void workOnTheOnlyProcessorLetsOtherWorkGoOn() throws Exception {
        CheckPool pool = new CheckPool(new CheckPool.Limits(2, 1, 8, Duration.ofMinutes(1)));
        AtomicBoolean otherRan = new AtomicBoolean();
        Future<String> large = callers.submit(() -> pool.run("large", slice -> {
            started.add("large");
            while (!otherRan.get()) {
                slice.pause();
            }
            return "done";
        }));
        assertThat(started.take()).isEqualTo("large");
        pool.run("small", _ -> {
            otherRan.set(true);
            return "done";
        });
        large.get();
    }

    @Test
    void exceptionsOfTheWorkReachTheCaller() throws IOException {
        CheckPool pool = pool(1, 8);
        IOException failure = new IOException("the disk is gone");
        assertThat(catchThrowable(() -> pool.run("one", _ -> {
                    throw failure;
                })))
                .isSameAs(failure);
        assertThatThrownBy(() -> pool.run("one", _ -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a bug");
        assertRuns(pool, "one");
    }

    private static CheckPool pool(int places, int queue) {
        return new CheckPool(new CheckPool.Limits(places, places, queue, Duration.ofMinutes(1)));
    }

    private Future<String> runUntilEnd(CheckPool pool, String namespace) {
        return callers.submit(() -> pool.run(namespace, _ -> {
            started.add(namespace);
            awaitEnd();
            return "done";
        }));
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWaiting(CheckPool pool, int count) {
        while (pool.waiting() < count) {
            Thread.onSpinWait();
        }
    }

    private static void assertRuns(CheckPool pool, String namespace) throws IOException {
        String computed = pool.run(namespace, _ -> "computed");
        assertThat(computed).isEqualTo("computed");
    }

    private static void assertBusy(CheckPool pool, String namespace) {
        assertThatThrownBy(() -> pool.run(namespace, _ -> "computed"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("busy with checking builds");
    }
}
