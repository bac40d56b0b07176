package dev.unipkg.cli.machine.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Passes the guest's console on, byte for byte, up to the line with which a Linux guest reports its
/// program's exit code; that line, what its init writes before it, and what the kernel says after it are for pkg.
public final class Console {
    /// How the line begins with which the init of a Linux guest reports the exit status of its program.
    public static final String EXIT_LINE = "unipkg-exit: ";

    // The line itself, where it begins a line.
    private static final List<byte[]> LINE_MARKS = marks(EXIT_LINE, "\n" + EXIT_LINE, "\r\n" + EXIT_LINE);

    // Output need not end with a line end, so an init writes a NUL before its line. Earlier kernel releases
    // write an empty line.
    private static final List<byte[]> MARKS = marks("\0" + EXIT_LINE);

    // The last bytes, as long as they may become a mark.
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final Tail tail = new Tail(ConsoleLog.END_BYTES);
    private volatile long lastNanos;
    private volatile boolean hasSpoken;
    // Whether what is held, or else the next byte, begins a line.
    private boolean beginsLine = true;
    private boolean ended;

    /// The two that hear of the console beside its reader.
    ///
    /// @param bytes called with the next bytes and their count
    /// @param lost called once when `to` takes no more
    public record Listeners(BiConsumer<byte[], Integer> bytes, Consumer<IOException> lost) {}

    /// Copies `from` to `to` until the guest's end.
    public void pass(InputStream from, OutputStream to) throws IOException {
        pass(from, to, new Listeners((bytes, count) -> {}, why -> {}));
    }

    /// Copies `from` to `to` until the guest's end. Goes on reading when `to` takes no more: the guest would stand
    /// still.
    public void pass(InputStream from, OutputStream to, Listeners listeners) throws IOException {
        byte[] bytes = new byte[16 << 10];
        boolean open = true;
        for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
            lastNanos = System.nanoTime();
            hasSpoken = true;
            tail.add(bytes, count);
            listeners.bytes().accept(bytes, count);
            byte[] passed = filter(bytes, count);
            if (open && passed.length > 0) {
                try {
                    to.write(passed);
                    to.flush();
                } catch (IOException e) {
                    open = false;
                    listeners.lost().accept(e);
                }
            }
        }
        if (open && !ended) {
            held.writeTo(to);
            to.flush();
        }
    }

    /// The end of what came, with what is for pkg. May be asked for by any thread, while bytes pass.
    public ConsoleLog log() {
        return ConsoleLog.of(new String(tail.bytes(), StandardCharsets.UTF_8));
    }

    /// Milliseconds since the last byte came; empty before the first.
    public OptionalLong silentMillis() {
        return hasSpoken ? OptionalLong.of((System.nanoTime() - lastNanos) / 1_000_000) : OptionalLong.empty();
    }

    /// The part of the next bytes to pass on.
    byte[] filter(byte[] bytes, int count) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(count + held.size());
        for (int i = 0; i < count && !ended; i++) {
            if (held.size() > 0 || beginsLine || bytes[i] == 0) {
                hold(bytes[i], passed);
            } else {
                pass(bytes[i], passed);
            }
        }
        return passed.toByteArray();
    }

    private void hold(byte b, ByteArrayOutputStream passed) {
        held.write(b);
        while (held.size() > 0 && !mayBecomeMark()) {
            byte[] bytes = held.toByteArray();
            pass(bytes[0], passed);
            held.reset();
            held.write(bytes, 1, bytes.length - 1);
        }
        ended = isMark(held.toByteArray());
    }

    private void pass(byte b, ByteArrayOutputStream passed) {
        passed.write(b);
        beginsLine = b == '\n';
    }

    private boolean isMark(byte[] bytes) {
        return marks().anyMatch(mark -> Arrays.equals(mark, bytes));
    }

    private boolean mayBecomeMark() {
        byte[] bytes = held.toByteArray();
        return marks().anyMatch(mark ->
                bytes.length <= mark.length && Arrays.equals(bytes, 0, bytes.length, mark, 0, bytes.length));
    }

    private Stream<byte[]> marks() {
        return beginsLine ? Stream.concat(MARKS.stream(), LINE_MARKS.stream()) : MARKS.stream();
    }

    private static List<byte[]> marks(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }
}
