package dev.unipkg.registry.traffic;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Closes the connections on which it is the client's turn for too long: those whose answer is not being read,
/// and those whose next request is not there, whole, in time. When nearly all places are taken, those that have
/// waited longest for a request go at once, and after them those that have read nothing for longest, so that
/// silent or slow clients cannot lock others out.
@ApplicationScoped
class Connections {

    private static final Logger LOG = Logger.getLogger(Connections.class);

    private static final int LOOK_MILLIS = 1_000;

    /// The part of the limit that is kept free for new connections until the next look.
    private static final int PARTS = 10;

    /// A reader that took nothing for so long may have to go for others. One on a slow line takes something each
    /// second.
    private static final long STALLED_NANOS = Duration.ofSeconds(5).toNanos();

    private final Vertx vertx;
    private final int places;
    private final long readNanos;
    private final long askNanos;

    /// A connection that waits for its client, to ask or to read; those that wait for a request come first.
    private record Waiting(Channel channel, boolean isReaders, long nanos) {
        static final Comparator<Waiting> FIRST_TO_GO =
                Comparator.comparing(Waiting::isReaders).thenComparing(Waiting::nanos, Comparator.reverseOrder());
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

    void onRouter(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(Connections::count);
    }

    private static void count(RoutingContext context) {
        Channel channel = ((ConnectionBase) context.request().connection()).channel();
        Turn turn = Turn.on(channel, System.nanoTime());
        turn.requestArrived();
        context.addEndHandler(ended -> turn.answered(System.nanoTime()));
        context.next();
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
            if (!(channel.parent() instanceof ServerChannel)) {
                continue;
            }
            connections++;
            Turn turn = Turn.on(channel, now);
            turn.look(channel, now);
            if (turn.isReaders() && turn.lasts(now) > readNanos || turn.isAskers() && turn.lasts(now) > askNanos) {
                late.add(channel);
            } else if (mayHaveToGo(turn, now)) {
                waiting.add(new Waiting(channel, turn.isReaders(), turn.lasts(now)));
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
        Turn turn = Turn.on(channel, now);
        turn.look(channel, now);
        if (mayHaveToGo(turn, now)) {
            close(channel);
        }
    }

    private static boolean mayHaveToGo(Turn turn, long now) {
        return turn.isAskers() || turn.isReaders() && turn.lasts(now) > STALLED_NANOS;
    }

    private static void close(Channel channel) {
        if (Turn.on(channel, System.nanoTime()).isReaders()) {
            // The handlers would wait until what was sent is read, and so would the system.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.unsafe().close(channel.newPromise());
        } else {
            // The result is not needed.
            var _ = channel.close();
        }
    }
}
