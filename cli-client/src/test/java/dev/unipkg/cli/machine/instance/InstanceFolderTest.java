package dev.unipkg.cli.machine.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceFolderTest {
    @Test
    void knowsTheLongestPathThatASocketCanBeBoundTo(@TempDir Path folder) throws IOException {
        for (int length = 100; length < 112; length++) {
            Path path = folder.resolve("s".repeat(length - folder.toString().length() - 1));
            assertThat(InstanceFolder.isSocketPath(path)).as(length + " bytes").isEqualTo(isBound(path));
        }
    }

    private static boolean isBound(Path path) throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(path));
            return true;
        } catch (SocketException e) {
            return false;
        }
    }
}
