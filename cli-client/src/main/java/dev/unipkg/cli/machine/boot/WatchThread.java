package dev.unipkg.cli.machine.boot;

import java.io.IOException;

/// Daemon threads that watch a QEMU.
final class WatchThread {
    private WatchThread() {}

    /// The work of one thread.
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The other end is gone, as it is whenever QEMU ends; its end is told by the
                        // thread that waits.
                        return;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
