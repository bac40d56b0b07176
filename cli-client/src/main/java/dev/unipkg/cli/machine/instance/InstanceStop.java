package dev.unipkg.cli.machine.instance;

import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.qemu.Qmp;
import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Ends an instance from outside the pkg that started it: asks the guest through QEMU's control socket as Ctrl-C does
/// in the foreground, or kills the machine.
public final class InstanceStop {
    // A killed process on a busy host is gone within this.
    private static final Duration REAPED = Duration.ofSeconds(10);

    // A guest that boots does not hear its power button yet.
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(1);

    private final InstanceFolder folder;
    private final Instance instance;

    private InstanceStop(InstanceFolder folder, Instance instance) {
        this.folder = folder;
        this.instance = instance;
    }

    /// @throws Failure when this pkg may not end it, saying why
    public static InstanceStop of(Instances.Snapshot seen) {
        return new InstanceStop(new InstanceFolder(seen.folder()), requireKnown(seen));
    }

    /// The instance, if its record was read and is this user's.
    ///
    /// @throws Failure when it was not
    public static Instance requireKnown(Instances.Snapshot seen) {
        return switch (seen.state()) {
            case InstanceState.Newer(int format) ->
                throw Failure.refused(
                                "newer-instance",
                                "%s was made by a newer pkg: its record has format %d, and this pkg knows %d"
                                        .formatted(seen.name(), format, Instance.FORMAT))
                        .next("use that pkg");
            case InstanceState.Damaged(String reason) ->
                throw Failure.failed("the record of %s is damaged: %s".formatted(seen.name(), reason))
                        .next("remove it: pkg rm -f " + seen.name());
            case InstanceState.OfOther(String owner) ->
                throw Failure.refused(
                                "instance-of-other-user",
                                "%s is an instance of the user %s".formatted(seen.name(), owner))
                        .next("only %s may work on it".formatted(owner));
            case InstanceState.Starting(Instance instance) -> instance;
            case InstanceState.Running(Instance instance) -> instance;
            case InstanceState.Ended(Instance instance, InstanceEnd _) -> instance;
        };
    }

    /// Asks the guest to end, again every second, and kills it when its time is over. Returns when it has ended.
    ///
    /// @param grace how long the guest may take
    /// @return false where it was killed
    public boolean stop(Duration grace) throws IOException, InterruptedException {
        AtomicReference<@Nullable SocketChannel> open = new AtomicReference<>();
        Thread asking = Thread.ofVirtual().start(() -> ask(open));
        try {
            if (Instances.awaitEnd(instance, grace)) {
                return true;
            }
        } finally {
            asking.interrupt();
            close(open.get());
        }
        kill();
        return false;
    }

    // QEMU serves one client at a time, so this waits where another pkg asks; the guest's time goes on meanwhile.
    private void ask(AtomicReference<@Nullable SocketChannel> open) {
        while (instance.isRunning()) {
            try (SocketChannel channel = connect(folder)) {
                open.set(channel);
                Qmp conversation = Qmp.open(channel, event -> {});
                while (instance.isRunning()) {
                    conversation.powerDown();
                    if (instance.setup().exitReport() == ExitReport.CONSOLE
                            && instance.setup().machine().equals("q35")) {
                        // A Linux whose power button is a module that is not loaded still has a keyboard.
                        conversation.ctrlAltDelete();
                    }
                    Thread.sleep(ASKED_AGAIN);
                }
            } catch (IOException e) {
                // QEMU does not listen yet, or it has just ended; neither has an event.
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Kills the machine at once, and waits until it is gone.
    ///
    /// @throws Failure when it stays
    public void kill() throws IOException {
        folder.noteKill();
        try {
            // The shell that holds a detached QEMU ends by itself then, with the last of the console written.
            instance.boot().ifPresent(started -> started.qemu().kill());
            if (!Instances.awaitEnd(instance, REAPED)) {
                instance.kill();
                if (!Instances.awaitEnd(instance, REAPED)) {
                    throw Failure.failed(instance.name() + " does not end")
                            .next("end its process yourself: it is "
                                    + instance.boot()
                                            .map(started -> started.qemu().pid())
                                            .orElse(instance.pkg().pid()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + instance.name() + " was killed", e);
        }
    }

    /// Ends a machine whose processes are not known, if one serves the control socket in `folder`.
    static void quit(InstanceFolder folder) throws IOException {
        try (SocketChannel channel = connect(folder)) {
            folder.noteKill();
            Qmp.open(channel, event -> {}).quit();
        } catch (IOException e) {
            // Nothing listens there, or it ended before it answered.
            return;
        }
    }

    // A path too long for a socket's address is reached through a short link.
    private static SocketChannel connect(InstanceFolder folder) throws IOException {
        Path socket = folder.file(QemuLaunch.CONTROL);
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            if (InstanceFolder.isSocketPath(socket)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return channel;
            }
            Path link = Files.createTempDirectory("pkg").resolve("folder");
            Files.createSymbolicLink(link, folder.path());
            try {
                channel.connect(UnixDomainSocketAddress.of(link.resolve(QemuLaunch.CONTROL)));
                return channel;
            } finally {
                Files.delete(link);
                Files.delete(link.getParent());
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void close(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing is lost with a conversation that ends.
            return;
        }
    }
}
