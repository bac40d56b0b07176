package dev.unipkg.cli.machine.console;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// UNIX sockets to which QEMU connects.
public final class LocalSocket {
    private LocalSocket() {}

    /// Listens at a path, in the place of the socket that an earlier pkg may have left there.
    public static ServerSocketChannel listen(Path path) throws IOException {
        Files.deleteIfExists(path);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path));
        return listener;
    }
}
