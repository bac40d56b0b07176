package dev.unipkg.cli.output;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes done of bytes to do, for one or several transfers at once. Draws at most ten times a second.
public final class Progress implements AutoCloseable {
    private static final int BAR_CELLS = 24;
    private static final long REDRAW_NANOS = 100_000_000L;

    private final Messages messages;
    private final String what;
    private final boolean shown;
    private final AtomicLong total;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong lastDrawn = new AtomicLong(System.nanoTime());

    Progress(Messages messages, String what, long total, boolean shown) {
        this.messages = messages;
        this.what = what;
        this.total = new AtomicLong(total);
        this.shown = shown;
    }

    /// Adds to what is to be done; work may be found while working.
    public void expect(long bytes) {
        total.addAndGet(bytes);
    }

    /// Adds to what is done.
    public void add(long bytes) {
        long now = done.addAndGet(bytes);
        if (!shown) {
            return;
        }
        long last = lastDrawn.get();
        long time = System.nanoTime();
        if (time - last > REDRAW_NANOS && lastDrawn.compareAndSet(last, time)) {
            messages.drawBar(bar(what, now, total.get()));
        }
    }

    @Override
    public void close() {
        if (shown) {
            messages.clearBar();
        }
    }

    static String bar(String what, long done, long total) {
        double share = total <= 0 ? 1 : Math.min(1, (double) done / total);
        int filled = (int) (share * BAR_CELLS);
        return "%s [%s%s] %3d%% %s of %s"
                .formatted(
                        what,
                        "#".repeat(filled),
                        ".".repeat(BAR_CELLS - filled),
                        (int) (share * 100),
                        Sizes.shown(done),
                        Sizes.shown(total));
    }
}
