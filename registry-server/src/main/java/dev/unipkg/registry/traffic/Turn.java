package dev.unipkg.registry.traffic;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.AttributeKey;

/// Whose turn it is on one connection, and since when. Used on the connection's event loop alone.
final class Turn {

    private static final AttributeKey<Turn> KEY = AttributeKey.valueOf(Turn.class.getName());

    /// Whether the server has a request that it has not answered.
    private boolean answering;

    private long since;

    private Queue queue = Queue.EMPTY;

    /// The bytes that the system has not taken yet, because the client does not read.
    ///
    /// @param first tells the message that is being sent from others
    /// @param sentOfFirst in bytes
    private record Queue(int first, long sentOfFirst, long bytes) {

        static final Queue EMPTY = new Queue(0, 0, 0);

        static Queue of(Channel channel) {
            ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
            return buffer == null || buffer.current() == null
                    ? EMPTY
                    : new Queue(
                            System.identityHashCode(buffer.current()),
                            buffer.currentProgress(),
                            buffer.totalPendingWriteBytes());
        }
    }

    private Turn(long now) {
        this.since = now;
    }

    /// The turn on a connection; the client's from now on, if it is not known yet.
    ///
    /// @param now in nanoseconds, as in [System#nanoTime]
    static Turn on(Channel channel, long now) {
        Turn turn = channel.attr(KEY).get();
        if (turn == null) {
            turn = new Turn(now);
            channel.attr(KEY).set(turn);
        }
        return turn;
    }

    void requestArrived() {
        answering = true;
    }

    void answered(long now) {
        answering = false;
        since = now;
    }

    /// Begins to count anew where the client has read something since the last look, or where it is the server's turn.
    void look(Channel channel, long now) {
        Queue before = queue;
        queue = Queue.of(channel);
        if (!queue.equals(before) || answering && queue.equals(Queue.EMPTY)) {
            since = now;
        }
    }

    /// Whether the client has something to read.
    boolean isReaders() {
        return !queue.equals(Queue.EMPTY);
    }

    /// Whether the client has to ask.
    boolean isAskers() {
        return !answering && !isReaders();
    }

    /// How long it has been the client's, in nanoseconds.
    long lasts(long now) {
        return now - since;
    }
}
