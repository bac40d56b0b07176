package dev.unipkg.journeys;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/// A proxy between clients and a server. It counts bytes and can stop after some number of them, so that a test
/// cuts a transfer that is certainly under way.
final class CountingProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ServerSocket door;
    private final int server;
    private final Lane up = new Lane();
    private final Lane down = new Lane();

    /// One direction of the proxy, over all connections.
    static final class Lane {
        private long passed;
        private long limit = Long.MAX_VALUE;
        private boolean held;

        /// How many bytes have passed so far.
        synchronized long passed() {
            return passed;
        }

        /// Lets this many bytes pass from now on, and no more until it is released.
        synchronized void holdAfter(long bytes) {
            limit = passed + bytes;
        }

        synchronized void release() {
            limit = Long.MAX_VALUE;
            held = false;
            notifyAll();
        }

        /// Waits until it is held and there is more that wants to pass.
        synchronized void awaitHeld() throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!held) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(
                            "only %d bytes came within %s, expected more than %d".formatted(passed, PATIENCE, limit));
                }
                wait(left);
            }
        }

        /// How many of `length` bytes may pass now, at least one; waits while none may.
        private synchronized int admit(int length) throws InterruptedException {
            while (passed >= limit) {
                held = true;
                notifyAll();
                wait();
            }
            int admitted = (int) Math.min(length, limit - passed);
            passed += admitted;
            return admitted;
        }
    }

    private CountingProxy(int server) throws IOException {
        this.server = server;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// A proxy to the server on this port of this machine, which need not be there yet.
    static CountingProxy to(int server) throws IOException {
        return new CountingProxy(server);
    }

    /// The address for clients instead of the server's own.
    String url() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /// From clients to the server.
    Lane up() {
        return up;
    }

    /// From the server to clients.
    Lane down() {
        return down;
    }

    @Override
    public void close() throws IOException {
        door.close();
        up.release();
        down.release();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                Socket connected = new Socket(InetAddress.getLoopbackAddress(), server)) {
            Thread back = Thread.ofVirtual().start(() -> carry(connected, client, down));
            carry(client, connected, up);
            back.join();
        } catch (IOException cut) {
            // The client sees its connection end, as it would without the proxy.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void carry(Socket from, Socket to, Lane lane) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                for (int done = 0; done < length; ) {
                    int admitted = lane.admit(length - done);
                    out.write(buffer, done, admitted);
                    done += admitted;
                }
            }
            to.shutdownOutput();
        } catch (IOException cut) {
            closeBoth(from, to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeBoth(Socket one, Socket other) {
        try (one;
                other) {
            // Closing is all.
        } catch (IOException alreadyCut) {
            // Nothing is left to close.
        }
    }
}
