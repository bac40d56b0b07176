package dev.unipkg.cli.machine.readiness;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A readiness probe for a text on the console.
final class ConsoleProbe implements ReadinessProbe {
    private final String text;
    private final byte[] wanted;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean found;
    // The last bytes that came, fewer than are wanted.
    private byte[] rest = {};

    ConsoleProbe(String text) {
        this.text = text;
        this.wanted = text.getBytes(StandardCharsets.UTF_8);
    }

    /// Looks for the text in the next bytes of the console; only one thread may call it.
    void add(byte[] bytes, int count) {
        if (found) {
            return;
        }
        byte[] both = Arrays.copyOf(rest, rest.length + count);
        System.arraycopy(bytes, 0, both, rest.length, count);
        for (int i = 0; i + wanted.length <= both.length; i++) {
            if (Arrays.equals(both, i, i + wanted.length, wanted, 0, wanted.length)) {
                found = true;
                over.countDown();
                return;
            }
        }
        rest = Arrays.copyOfRange(both, Math.max(0, both.length - wanted.length + 1), both.length);
    }

    @Override
    public boolean await(Duration patience) throws InterruptedException {
        boolean unused = over.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        return found;
    }

    @Override
    public String whyNotReady() {
        return "the console has not shown \"" + text + "\"";
    }

    /// Stops probing; a waiting [#await] returns.
    @Override
    public void close() {
        over.countDown();
    }
}
