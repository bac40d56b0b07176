package dev.unipkg.registry.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.AttributeKey;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/// The state of one connection: whether the server answers, the client reads, or the client has to ask, and
/// since when. It counts what is written at the very end of the channel's handlers. Used on the connection's
/// event loop alone, but for what says otherwise.
final class ConnectionState extends ChannelOutboundHandlerAdapter {

    /// How much of a download the system may hold that it has not sent. It would take some MiB at once, more than a
    /// kernel file has.
    private static final long UNSENT_BYTES = 16 << 10;

    private static final AttributeKey<ConnectionState> KEY = AttributeKey.valueOf(ConnectionState.class.getName());

    /// Whether the server has a request that it has not answered.
    private boolean answering;

    private long since;

    /// The messages that the system has not taken whole, because the client does not read.
    private int unread;

    /// The messages that the system has taken, and the bytes of the files among them.
    private long taken;

    /// The file that is being sent.
    private @Nullable FileRegion file;

    private long takenBefore;

    private final @Nullable Channel channel;

    private ConnectionState(@Nullable Channel channel, long now) {
        this.channel = channel;
        this.since = now;
    }

    /// The state of a connection whose channel is not known. It has no effect.
    static ConnectionState ofNone() {
        return new ConnectionState(null, 0);
    }

    /// The state of the connection of a request.
    static ConnectionState of(RoutingContext context) {
        ConnectionState state = context.get(ConnectionState.class.getName());
        return state == null ? ofNone() : state;
    }

    /// Notes the state for the length of a request.
    void noteIn(RoutingContext context) {
        context.put(ConnectionState.class.getName(), this);
    }

    /// The state of a channel. A new one waits for a request from now on.
    ///
    /// @param now in nanoseconds, as in [System#nanoTime]
    static ConnectionState of(Channel channel, long now) {
        ConnectionState state = channel.attr(KEY).get();
        if (state == null) {
            state = new ConnectionState(channel, now);
            channel.attr(KEY).set(state);
            channel.pipeline().addFirst(state);
        }
        return state;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        unread++;
        FileRegion sent = message instanceof FileRegion region ? region : null;
        file = sent == null ? file : sent;
        var _ = context.write(message, promise.unvoid()).addListener(done -> taken(sent));
    }

    private void taken(@Nullable FileRegion whole) {
        unread--;
        taken += whole == null ? 1 : 1 + whole.transferred();
        file = file == whole ? null : file;
    }

    void requestArrived() {
        answering = true;
    }

    void answered(long now) {
        answering = false;
        since = now;
    }

    /// Lets the system take the bytes that are written from now on only about as fast as it sends them, or as it does
    /// by itself. Any thread may ask.
    void takeAsSent(boolean asSent) {
        if (channel != null) {
            limitUnsent(channel, asSent ? UNSENT_BYTES : 0);
        }
    }

    private static void limitUnsent(Channel channel, long bytes) {
        channel.eventLoop().execute(() -> {
            if (channel.isOpen()) {
                // Other transports than that of Linux do not know the option and return false.
                boolean _ = channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, bytes);
            }
        });
    }

    /// Starts the time anew where the client has read something since the last look, or where the server
    /// answers.
    void look(long now) {
        long takenNow = taken + (file == null ? 0 : file.transferred());
        if (takenNow != takenBefore || answering && !waitsForReader()) {
            since = now;
        }
        takenBefore = takenNow;
    }

    /// Whether there is something that the client has not read.
    boolean waitsForReader() {
        return unread > 0;
    }

    /// Whether all is answered and read.
    boolean waitsForRequest() {
        return !answering && !waitsForReader();
    }

    /// How long the state lasts, in nanoseconds.
    long lasts(long now) {
        return now - since;
    }
}
