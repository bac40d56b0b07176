package dev.unipkg.cli.machine.readiness;

import dev.unipkg.cli.machine.network.Network;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The state of a guest's network, read from the frames of its network card.
///
/// A port of this host that leads to the guest accepts connections before the guest has a network, so a
/// connection says nothing about the guest. The frames do: a SYN that the guest answers with SYN and ACK is a
/// connection that the guest accepted, one answered with RST was refused by a guest that is up. QEMU's
/// `filter-dump` writes the beginning of each frame to a named pipe in the format of pcap-savefile(5). It waits
/// for a reader before it begins, and stops when the pipe has none any more.
final class GuestTraffic implements Closeable {
    /// How many bytes of a frame are needed: the longest headers of Ethernet, IPv4 and TCP.
    static final int FRAME_BYTES = 14 + 60 + 20;

    private static final long CARD_BITS = Long.parseLong(Network.CARD.replace(":", ""), 16);
    private static final int PCAP_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int MAX_RECORD = 64 << 10;
    private static final int ETHERNET = 14;
    private static final int IPV4 = 0x0800;
    private static final int TCP = 6;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;

    private final Map<Integer, Integer> refusals = new HashMap<>();
    private final Map<Integer, Integer> acceptances = new HashMap<>();
    private boolean hasSent;
    private boolean closed;
    private @Nullable FileChannel pipe;

    /// A condition on this object, looked at again after each frame.
    interface Condition {
        boolean holds();
    }

    /// Begins to read the named pipe, on a thread of its own.
    ///
    /// @throws IOException where it cannot be opened
    synchronized void open(Path path) throws IOException {
        if (closed) {
            return;
        }
        // Open for both: a reader alone would wait here for QEMU.
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        pipe = channel;
        Thread.ofPlatform().daemon().name("traffic").start(() -> read(channel));
    }

    /// Whether the guest has sent anything, which it does as soon as its network is up.
    synchronized boolean hasSent() {
        return hasSent;
    }

    /// How many connections to a port the guest accepted.
    synchronized int acceptances(int port) {
        return acceptances.getOrDefault(port, 0);
    }

    /// How many connections to a port the guest refused.
    synchronized int refusals(int port) {
        return refusals.getOrDefault(port, 0);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /// Waits until a condition holds, the time is over, or this is closed.
    ///
    /// @return whether the condition holds
    synchronized boolean await(Condition condition, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!condition.holds() && !closed) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return condition.holds();
    }

    private void read(FileChannel from) {
        try {
            fill(from, ByteBuffer.allocate(PCAP_HEADER));
            while (true) {
                ByteBuffer record =
                        fill(from, ByteBuffer.allocate(RECORD_HEADER)).order(ByteOrder.nativeOrder());
                // The record header is seconds, microseconds, captured length and original length; the third is
                // needed.
                int length = record.getInt(8);
                if (length < 0 || length > MAX_RECORD) {
                    throw new IOException("not a record of a frame: " + length + " bytes");
                }
                add(fill(from, ByteBuffer.allocate(length)));
            }
        } catch (IOException e) {
            // Closed, or not what QEMU writes: nothing more will be seen.
            close();
        }
    }

    private static ByteBuffer fill(FileChannel from, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (from.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    /// Takes note of one frame.
    synchronized void add(ByteBuffer frame) {
        if (frame.limit() < ETHERNET || source(frame) != CARD_BITS) {
            return;
        }
        hasSent = true;
        if (frame.getShort(12) == IPV4 && frame.limit() > ETHERNET) {
            int tcp = ETHERNET + (frame.get(ETHERNET) & 0xf) * 4;
            if (frame.limit() >= ETHERNET + 20 && frame.get(ETHERNET + 9) == TCP && frame.limit() >= tcp + 14) {
                int port = Short.toUnsignedInt(frame.getShort(tcp));
                int flags = frame.get(tcp + 13);
                if ((flags & (SYN | ACK)) == (SYN | ACK)) {
                    acceptances.merge(port, 1, Integer::sum);
                } else if ((flags & RST) != 0) {
                    refusals.merge(port, 1, Integer::sum);
                }
            }
        }
        notifyAll();
    }

    private static long source(ByteBuffer frame) {
        return (long) frame.getShort(6) << 32 & 0xffff_0000_0000L | Integer.toUnsignedLong(frame.getInt(8));
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        try {
            if (pipe != null) {
                pipe.close();
            }
        } catch (IOException e) {
            // A pipe has nothing to lose.
            return;
        }
    }
}
