package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A conversation with QEMU in its machine protocol (`docs/interop/qmp-spec.rst`): JSON objects on lines.
/// Commands are answered in their order; events come in between and go to a listener.
public final class Qmp implements Closeable {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 32, 20_000);

    // QEMU answers within a millisecond; one that takes this long hangs.
    private static final long ANSWER_SECONDS = 5;

    // Its first answer it gives when the machine exists, which takes a busy host its time.
    private static final long FIRST_ANSWER_SECONDS = 60;

    private final SocketChannel channel;
    private final ByteBuffer incoming = ByteBuffer.allocate(8 << 10).limit(0);
    private volatile @Nullable CompletableFuture<Fields> waiting;

    private Qmp(SocketChannel channel) {
        this.channel = channel;
    }

    /// Takes QEMU's greeting, leaves capabilities negotiation and starts to listen. Returns once the
    /// machine exists, since QEMU answers only then.
    ///
    /// @param events called with the name of each event, on the thread that reads; it must not call
    ///     [#execute]
    public static Qmp open(SocketChannel channel, Consumer<String> events) throws IOException {
        Qmp qmp = new Qmp(channel);
        qmp.readObject().fields("QMP");
        Thread reader = new Thread(() -> qmp.read(events), "qmp");
        reader.setDaemon(true);
        reader.start();
        qmp.execute("qmp_capabilities", Json.object().build(), FIRST_ANSWER_SECONDS);
        return qmp;
    }

    /// Whether QEMU gave up on the guest, as it does when KVM meets an instruction it cannot run.
    public boolean internalError() throws IOException {
        return execute("query-status").fields("return").text("status").equals("internal-error");
    }

    /// Whether the guest has opened the device behind a character device.
    public boolean isOpen(String chardev) throws IOException {
        for (Fields device : execute("query-chardev").list("return", fields -> fields)) {
            if (device.text("label").equals(chardev)) {
                return device.flag("frontend-open");
            }
        }
        return false;
    }

    /// Presses the power button.
    public void powerDown() throws IOException {
        execute("system_powerdown");
    }

    /// Presses Ctrl-Alt-Delete, which Linux turns into a signal to its first process.
    public void ctrlAltDelete() throws IOException {
        Json.Arr keys = new Json.Arr(List.of(key("ctrl"), key("alt"), key("delete")));
        execute("send-key", Json.object().put("keys", keys).build(), ANSWER_SECONDS);
    }

    /// Stops the copying of the guest's frames. QEMU refuses where it copies none any more.
    public void stopTraffic() throws IOException {
        execute("object-del", Json.object().put("id", Qemu.TRAFFIC).build(), ANSWER_SECONDS);
    }

    /// Stops the guest's processors.
    public void stop() throws IOException {
        execute("stop");
    }

    /// Lets the guest's processors go on.
    public void goOn() throws IOException {
        execute("cont");
    }

    /// Leaves memory that is in a file out of the machine's state, on both ends (`x-ignore-shared` of QEMU's
    /// `migration.json`).
    public void leaveMemoryOut() throws IOException {
        Json capability = Json.object()
                .put("capability", "x-ignore-shared")
                .put("state", true)
                .build();
        execute(
                "migrate-set-capabilities",
                Json.object()
                        .put("capabilities", new Json.Arr(List.of(capability)))
                        .build(),
                ANSWER_SECONDS);
    }

    /// Begins to write the machine's state to a socket.
    ///
    /// @param path of the socket, on which pkg listens
    public void save(String path) throws IOException {
        execute("migrate", Json.object().put("uri", "unix:" + path).build(), ANSWER_SECONDS);
    }

    /// Begins to listen for the machine's state.
    ///
    /// @param path of the socket
    public void awaitState(String path) throws IOException {
        execute("migrate-incoming", Json.object().put("uri", "unix:" + path).build(), ANSWER_SECONDS);
    }

    /// How far the machine's state is written or read, in QEMU's word: `active`, `completed`, `failed` and others;
    /// `none` before the first byte.
    public String stateProgress() throws IOException {
        return execute("query-migrate").fields("return").optionalText("status").orElse("none");
    }

    /// Adds a forward to QEMU's own network.
    ///
    /// @throws IOException where QEMU does not listen on the port
    public void addForward(PortForward forward) throws IOException {
        // QEMU has it among the commands for people only. It answers with nothing, or with what is wrong.
        Json.Obj command = Json.object()
                .put("command-line", "hostfwd_add " + Qemu.NETWORK + " " + forward.hostfwd())
                .build();
        String wrong = execute("human-monitor-command", command, ANSWER_SECONDS).text("return");
        if (!wrong.isBlank()) {
            throw new IOException("QEMU refuses a forward: " + wrong.strip());
        }
    }

    /// Ends QEMU at once.
    public void quit() throws IOException {
        execute("quit");
    }

    private static Json key(String name) {
        return Json.object().put("type", "qcode").put("data", name).build();
    }

    private Fields execute(String command) throws IOException {
        return execute(command, Json.object().build(), ANSWER_SECONDS);
    }

    private synchronized Fields execute(String command, Json.Obj arguments, long patienceSeconds) throws IOException {
        CompletableFuture<Fields> answer = new CompletableFuture<>();
        waiting = answer;
        send(Json.object()
                .put("execute", command)
                .put("arguments", arguments)
                .build()
                .toBytes());
        if (!channel.isOpen()) {
            // Unless QEMU answered before it ended.
            answer.completeExceptionally(new EOFException("QEMU ended the conversation"));
        }
        try {
            Fields fields = answer.get(patienceSeconds, TimeUnit.SECONDS);
            if (fields.optional("error").isPresent()) {
                throw new IOException("QEMU refuses " + command + ": "
                        + fields.fields("error").text("desc"));
            }
            return fields;
        } catch (ExecutionException e) {
            throw new IOException("no answer to " + command + " from QEMU", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer to " + command + " from QEMU within " + patienceSeconds + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for QEMU", e);
        } finally {
            waiting = null;
        }
    }

    private void send(byte[] message) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(message.length + 1)
                .put(message)
                .put((byte) '\n')
                .flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void read(Consumer<String> events) {
        try {
            while (true) {
                Fields message = readObject();
                if (message.optional("event").isPresent()) {
                    events.accept(message.text("event"));
                } else {
                    answer(message);
                }
            }
        } catch (IOException e) {
            // QEMU ended, or it was not QEMU: waiting callers get the failure, and later commands fail on the
            // closed channel.
            close();
            CompletableFuture<Fields> unanswered = waiting;
            if (unanswered != null) {
                unanswered.completeExceptionally(e);
            }
        }
    }

    private void answer(Fields message) {
        CompletableFuture<Fields> asked = waiting;
        if (asked != null) {
            asked.complete(message);
        }
    }

    private Fields readObject() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (true) {
            while (incoming.hasRemaining()) {
                byte b = incoming.get();
                if (b == '\n') {
                    return Json.parseObject(line.toByteArray(), LIMITS);
                }
                line.write(b);
            }
            if (line.size() > LIMITS.bytes()) {
                throw new IOException("QEMU sent a line of more than " + LIMITS.bytes() + " bytes");
            }
            incoming.clear();
            int count = channel.read(incoming);
            incoming.flip();
            if (count < 0) {
                throw new EOFException("QEMU ended the conversation");
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost with a conversation that ends.
            return;
        }
    }
}
