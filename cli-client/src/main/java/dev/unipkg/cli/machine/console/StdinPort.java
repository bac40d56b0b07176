package dev.unipkg.cli.machine.console;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The standard input of a guest's program: a socket from which QEMU takes the bytes for a virtio serial port. Unlike
/// the serial console, such a port passes every byte and has an end.
///
/// No byte is read before the guest opens the port, so an attempt that is given up early loses none.
public final class StdinPort implements Closeable {
    /// The socket, beside the one on which pkg listens for QEMU. Its name is as short as that one's, because the
    /// path of a socket is limited.
    public static final String SOCKET = "stdin.sock";

    /// The id of the port and of its character device in QEMU.
    public static final String ID = "stdin";

    /// The name by which the guest finds the port.
    public static final String NAME = "unipkg.stdin";

    private static final int BUFFER_BYTES = 64 << 10;

    private final Path socket;
    private final ServerSocketChannel listener;
    private final CountDownLatch open = new CountDownLatch(1);
    private volatile @Nullable SocketChannel channel;

    private StdinPort(Path socket, ServerSocketChannel listener) {
        this.socket = socket;
        this.listener = listener;
    }

    /// Listens for QEMU.
    public static StdinPort listen(Path socket) throws IOException {
        ServerSocketChannel listener = LocalSocket.listen(socket);
        return new StdinPort(socket, listener);
    }

    /// Tells that the guest has opened the port.
    public void opened() {
        open.countDown();
    }

    /// Whether the guest has opened the port.
    public boolean isOpen() {
        return open.getCount() == 0;
    }

    /// Copies `from` to the guest, beginning when the guest opens the port.
    public void pass(InputStream from) throws IOException, InterruptedException {
        SocketChannel to = listener.accept();
        channel = to;
        open.await();
        byte[] bytes = new byte[BUFFER_BYTES];
        for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
        }
        // QEMU drops what it has not read yet of a socket that is closed in both directions.
        to.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        SocketChannel connected = channel;
        if (connected != null) {
            connected.close();
        }
        Files.deleteIfExists(socket);
    }
}
