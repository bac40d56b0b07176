package dev.unipkg.cli.machine.console;

/// The last bytes of a stream, as many as fit. For any number of threads.
final class Tail {
    private final byte[] ring;
    private long count;

    Tail(int bytes) {
        this.ring = new byte[bytes];
    }

    /// Adds the first `length` of `bytes`.
    synchronized void add(byte[] bytes, int length) {
        for (int i = Math.max(0, length - ring.length); i < length; i++) {
            ring[(int) (count++ % ring.length)] = bytes[i];
        }
    }

    synchronized byte[] bytes() {
        int length = (int) Math.min(count, ring.length);
        byte[] last = new byte[length];
        for (int i = 0; i < length; i++) {
            last[i] = ring[(int) ((count - length + i) % ring.length)];
        }
        return last;
    }
}
