package dev.unipkg.cli.machine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StdinPortTest {
    @TempDir
    Path folder;

    @Test
    void guestGetsEveryByteAndTheEnd() throws Exception {
        byte[] input = new byte[3_000_000];
        new Random(5).nextBytes(input);
        try (StdinPort port = StdinPort.listen(folder.resolve("s"));
                SocketChannel qemu = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
            CompletableFuture<Void> passing = passing(port, new ByteArrayInputStream(input));
            port.opened();
            assertThat(Channels.newInputStream(qemu).readAllBytes()).isEqualTo(input);
            passing.get(10, TimeUnit.SECONDS);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void inputIsLeftAloneUntilTheGuestOpensThePort() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        InputStream input = new InputStream() {
            @Override
            public int read() {
                read.complete(null);
                return -1;
            }
        };
        try (StdinPort port = StdinPort.listen(folder.resolve("s"));
                SocketChannel qemu = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
            CompletableFuture<Void> passing = passing(port, input);
            assertThat(port.isOpen()).isFalse();
            assertThat(read).isNotDone();
            port.opened();
            read.get(10, TimeUnit.SECONDS);
            passing.get(10, TimeUnit.SECONDS);
            assertThat(port.isOpen()).isTrue();
            assertThat(Channels.newInputStream(qemu).read()).isEqualTo(-1);
        }
    }

    private static CompletableFuture<Void> passing(StdinPort port, InputStream input) {
        return CompletableFuture.runAsync(() -> {
            try {
                port.pass(input);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
