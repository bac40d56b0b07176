package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.machine.console.LocalSocket;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The conversation with the agent in a Linux guest, which sets the clock and reseeds the generator of random numbers.
/// The description of the package `dev.unipkg.kernels.linux` has its protocol.
public final class AgentPort implements Closeable {
    private static final byte READY = 'R';
    private static final byte DONE = 'K';
    private static final int SEED_BYTES = 32;
    private static final int RECORD_BYTES = 8 + 8 + SEED_BYTES;

    private final Path socket;
    private final ServerSocketChannel listener;
    private final CompletableFuture<SocketChannel> connection = new CompletableFuture<>();

    private AgentPort(Path socket, ServerSocketChannel listener) {
        this.socket = socket;
        this.listener = listener;
    }

    /// Listens for QEMU, which connects when it starts.
    public static AgentPort listen(Path socket) throws IOException {
        ServerSocketChannel listener = LocalSocket.listen(socket);
        AgentPort port = new AgentPort(socket, listener);
        Thread.ofPlatform().daemon().name("agent").start(port::accept);
        return port;
    }

    private void accept() {
        try {
            connection.complete(listener.accept());
        } catch (IOException e) {
            connection.completeExceptionally(e);
        }
    }

    /// Waits until the agent of a guest that boots says that it is there.
    ///
    /// @throws IOException where it does not within `patience`
    void awaitAgent(Duration patience) throws IOException, InterruptedException {
        await(READY, patience);
    }

    /// Gives the agent this moment and a new seed. It reads them when its guest goes on.
    public void send() throws IOException, InterruptedException {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        Instant now = Instant.now();
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(now.getEpochSecond()).putLong(now.getNano()).put(seed).flip();
        SocketChannel channel = channel(Duration.ofSeconds(1));
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    /// Waits until the guest's clock and generator are set.
    ///
    /// @throws IOException where they cannot be set, or are not within `patience`
    public void awaitSet(Duration patience) throws IOException, InterruptedException {
        await(DONE, patience);
    }

    private void await(byte wanted, Duration patience) throws IOException, InterruptedException {
        SocketChannel channel = channel(patience);
        CompletableFuture<Byte> answer = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("agent").start(() -> {
            ByteBuffer one = ByteBuffer.allocate(1);
            try {
                if (channel.read(one) < 0) {
                    throw new EOFException("QEMU ended before the agent answered");
                }
                answer.complete(one.get(0));
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
        byte got = get(answer, patience);
        if (got != wanted) {
            throw new IOException(
                    "the agent in the guest says \"" + (char) got + "\" instead of \"" + (char) wanted + "\"");
        }
    }

    private SocketChannel channel(Duration patience) throws IOException, InterruptedException {
        return get(connection, patience);
    }

    private static <T> T get(CompletableFuture<T> future, Duration patience) throws IOException, InterruptedException {
        try {
            return future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the agent in the guest cannot be reached", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the agent in the guest does not answer within " + patience.toMillis() + " ms", e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (connection.isDone() && !connection.isCompletedExceptionally()) {
            connection.join().close();
        }
        Files.deleteIfExists(socket);
    }
}
