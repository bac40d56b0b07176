package dev.unipkg.registry.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Closes connections whose client keeps the server waiting for too long: it does not read its answer, or its
/// next request is not there, whole, in time. When nearly all places are taken, the connections that have
/// waited longest for a request go at once, and after them those that have read nothing for longest. So silent
/// or slow clients cannot lock others out.
@Singleton
class Connections {

    private static final Logger LOG = Logger.getLogger(Connections.class);

    private static final int LOOK_MILLIS = 1_000;

    /// The part of the limit that is kept free for new connections until the next look.
    private static final int PARTS = 10;

    /// A reader that took nothing for so long may have to go for others. One on a slow line takes something
    /// each second.
    private static final long STALLED_NANOS = Duration.ofSeconds(5).toNanos();

    private final Vertx vertx;
    private final int places;
    private final long readNanos;
    private final long askNanos;

    /// The states of the connections that have asked something, on each event loop.
    private final ThreadLocal<Map<HttpConnection, ConnectionState>> states = ThreadLocal.withInitial(WeakHashMap::new);

    /// A connection that waits for its client, to ask or to read; those that wait for a request come first.
    private record Waiting(Channel channel, boolean forReader, long nanos) {
        static final Comparator<Waiting> FIRST_TO_GO =
                Comparator.comparing(Waiting::forReader).thenComparing(Waiting::nanos, Comparator.reverseOrder());
    }

    /// The connections of one event loop.
    private record Found(int connections, List<Waiting> waiting) {}

    Connections(
            Vertx vertx,
            @ConfigProperty(name = "quarkus.http.limits.max-connections") int places,
            @ConfigProperty(name = "quarkus.http.read-timeout") Duration patience) {
        this.vertx = vertx;
        this.places = places;
        this.readNanos = patience.toNanos();
        // Longer than the minute for which proxies keep a connection for their next request.
        this.askNanos = readNanos + readNanos / 4;
    }

    /// Notes that a request has arrived, and when it is answered.
    void noteRequest(RoutingContext context) {
        ConnectionState state = states.get().computeIfAbsent(context.request().connection(), this::stateOf);
        state.requestArrived();
        state.noteIn(context);
        context.addEndHandler(ended -> state.answered(System.nanoTime()));
        context.next();
    }

    /// Finds the state by the client's address, since Vert.x does not tell the channel of a connection. This
    /// happens once for each connection that asks something.
    private ConnectionState stateOf(HttpConnection connection) {
        SocketAddress client = connection.remoteAddress(true);
        SocketAddress server = connection.localAddress(true);
        for (EventExecutor executor : vertx.nettyEventLoopGroup()) {
            if (executor.inEventLoop()) {
                for (var all = ((SingleThreadEventLoop) executor).registeredChannelsIterator(); all.hasNext(); ) {
                    Channel channel = all.next();
                    if (isAt(channel.remoteAddress(), client) && isAt(channel.localAddress(), server)) {
                        return ConnectionState.of(channel, System.nanoTime());
                    }
                }
            }
        }
        return ConnectionState.ofNone();
    }

    private static boolean isAt(java.net.@Nullable SocketAddress address, @Nullable SocketAddress same) {
        return address instanceof InetSocketAddress inet
                && same != null
                && inet.getPort() == same.port()
                && inet.getAddress().getHostAddress().equals(same.hostAddress());
    }

    void onStart(@Observes StartupEvent event) {
        vertx.setPeriodic(LOOK_MILLIS, timer -> look());
    }

    private void look() {
        List<CompletableFuture<Found>> all = new ArrayList<>();
        for (EventExecutor executor : vertx.nettyEventLoopGroup()) {
            all.add(CompletableFuture.supplyAsync(() -> look((SingleThreadEventLoop) executor), executor));
        }
        var _ = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenRun(() ->
                        makeRoom(all.stream().map(CompletableFuture::resultNow).toList()))
                .exceptionally(fault -> {
                    LOG.warn("the connections could not be looked at", fault);
                    return null;
                });
    }

    private Found look(SingleThreadEventLoop eventLoop) {
        long now = System.nanoTime();
        int connections = 0;
        List<Waiting> waiting = new ArrayList<>();
        List<Channel> late = new ArrayList<>();
        for (var channels = eventLoop.registeredChannelsIterator(); channels.hasNext(); ) {
            Channel channel = channels.next();
            // Clients on a Unix socket, which have no address, are on this machine and can be trusted.
            if (!(channel.parent() instanceof ServerChannel)
                    || !(channel.remoteAddress() instanceof InetSocketAddress)) {
                continue;
            }
            connections++;
            ConnectionState state = ConnectionState.of(channel, now);
            state.look(now);
            if (state.waitsForReader() && state.lasts(now) > readNanos
                    || state.waitsForRequest() && state.lasts(now) > askNanos) {
                late.add(channel);
            } else if (mayHaveToGo(state, now)) {
                waiting.add(new Waiting(channel, state.waitsForReader(), state.lasts(now)));
            }
        }
        late.forEach(Connections::close);
        return new Found(connections - late.size(), waiting);
    }

    private void makeRoom(List<Found> found) {
        int tooMany = found.stream().mapToInt(Found::connections).sum() - (places - places / PARTS);
        if (tooMany > 0) {
            found.stream()
                    .flatMap(loop -> loop.waiting().stream())
                    .sorted(Waiting.FIRST_TO_GO)
                    .limit(tooMany)
                    .forEach(waiting -> waiting.channel().eventLoop().execute(() -> closeWaiting(waiting.channel())));
        }
    }

    // The client may have acted since the look.
    private static void closeWaiting(Channel channel) {
        long now = System.nanoTime();
        ConnectionState state = ConnectionState.of(channel, now);
        state.look(now);
        if (mayHaveToGo(state, now)) {
            close(channel);
        }
    }

    private static boolean mayHaveToGo(ConnectionState state, long now) {
        return state.waitsForRequest() || state.waitsForReader() && state.lasts(now) > STALLED_NANOS;
    }

    private static void close(Channel channel) {
        if (ConnectionState.of(channel, System.nanoTime()).waitsForReader()) {
            // The handlers would wait until all is read, and so would the system.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = channel.pipeline().firstContext().close();
        } else {
            // The result is not needed.
            var _ = channel.close();
        }
    }
}
