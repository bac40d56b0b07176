package dev.unipkg.cli.machine.snapshot;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.cli.machine.console.LocalSocket;
import dev.unipkg.cli.machine.qemu.Qmp;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// The state of a machine on its way between QEMU and a file, over a socket: a QEMU in a sandbox starts no program that
/// could write a file for it, and one before version 8.2 writes none itself.
///
/// @param socket the path of the socket
/// @param seenByQemu the same path as QEMU is to be told it
public record StateStream(Path socket, String seenByQemu) {
    // The state without the memory has some 300 kB; that of a guest with more devices cannot have a thousand times
    // more.
    private static final long MAX_BYTES = 256 << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    // Loading takes 3 ms here. A QEMU that takes this long hangs.
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    /// Writes the state of a machine that stands still to a file. Its memory is in a file already.
    ///
    /// @throws IOException where QEMU does not write all of it
    void save(Qmp qmp, Path file) throws IOException {
        qmp.leaveMemoryOut();
        try (ServerSocketChannel listener = LocalSocket.listen(socket)) {
            qmp.save(seenByQemu);
            try (SocketChannel from = listener.accept();
                    FileChannel to = FileChannel.open(file, CREATE_NEW, WRITE)) {
                copy(from, to);
            }
        } finally {
            Files.deleteIfExists(socket);
        }
        awaitCompletion(qmp);
    }

    private static void copy(SocketChannel from, FileChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long bytes = 0;
        while (from.read(buffer) >= 0) {
            buffer.flip();
            bytes += buffer.remaining();
            if (bytes > MAX_BYTES) {
                throw new IOException("the state of the machine has more than " + MAX_BYTES + " bytes");
            }
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
    }

    /// Gives a machine that waits for it its state.
    ///
    /// @throws IOException where QEMU does not take it
    public void load(Qmp qmp, Path file) throws IOException {
        Files.deleteIfExists(socket);
        qmp.leaveMemoryOut();
        qmp.awaitState(seenByQemu);
        try (FileChannel from = FileChannel.open(file, READ);
                SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            long size = from.size();
            for (long at = 0; at < size; ) {
                at += from.transferTo(at, size - at, to);
            }
        } finally {
            Files.deleteIfExists(socket);
        }
        awaitCompletion(qmp);
    }

    private static void awaitCompletion(Qmp qmp) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String progress = qmp.stateProgress();
        while (!progress.equals("completed")) {
            if (progress.equals("failed") || System.nanoTime() > end) {
                throw new IOException("QEMU does not go on with the state: " + progress);
            }
            // Each answer takes QEMU as long as its next step.
            progress = qmp.stateProgress();
        }
    }
}
