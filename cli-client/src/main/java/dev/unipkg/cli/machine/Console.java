package dev.unipkg.cli.machine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Passes the guest's console on, byte for byte, up to the line with which a Linux guest reports its
/// program's exit code; that line, the empty one before it, and what the kernel says after it are for pkg.
final class Console {
    /// How the line begins with which the init of a Linux guest reports the exit status of its program.
    static final String EXIT_LINE = "unipkg-exit: ";

    // Init cannot know whether the program ended its last line, so it begins a new one in any case.
    private static final List<byte[]> MARKS = Stream.of(EXIT_LINE, "\r\n" + EXIT_LINE)
            .map(mark -> mark.getBytes(StandardCharsets.US_ASCII))
            .toList();

    // What came since the last line began, as long as it may become a mark.
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final Tail tail = new Tail(ConsoleLog.END_BYTES);
    private boolean inLine;
    private boolean ended;

    /// Copies `from` to `to` until the guest's end. A reader of `to` that went away is no reason to stop
    /// the guest.
    void pass(InputStream from, OutputStream to) throws IOException {
        byte[] bytes = new byte[16 << 10];
        boolean open = true;
        for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
            tail.add(bytes, count);
            byte[] passed = filter(bytes, count);
            if (open && passed.length > 0) {
                try {
                    to.write(passed);
                    to.flush();
                } catch (IOException e) {
                    open = false;
                }
            }
        }
        if (open && !ended) {
            held.writeTo(to);
            to.flush();
        }
    }

    /// The end of what came, with what is for pkg. May be asked for by any thread, while bytes pass.
    ConsoleLog log() {
        return ConsoleLog.of(new String(tail.bytes(), StandardCharsets.UTF_8));
    }

    /// What of the next bytes is passed on.
    byte[] filter(byte[] bytes, int count) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(count + held.size());
        for (int i = 0; i < count && !ended; i++) {
            byte b = bytes[i];
            if (inLine) {
                passed.write(b);
                inLine = b != '\n';
            } else {
                hold(b, passed);
            }
        }
        return passed.toByteArray();
    }

    private void hold(byte b, ByteArrayOutputStream passed) {
        boolean emptyLine = held.size() > 0 && held.toByteArray()[held.size() - 1] == '\n';
        held.write(b);
        if (emptyLine && !mayBecomeMark()) {
            // The line after the empty one may be the mark's own empty line.
            passed.write(held.toByteArray(), 0, held.size() - 1);
            held.reset();
            held.write(b);
        }
        if (!mayBecomeMark()) {
            passed.writeBytes(held.toByteArray());
            held.reset();
            inLine = b != '\n';
        }
        ended = MARKS.stream().anyMatch(mark -> Arrays.equals(mark, held.toByteArray()));
    }

    private boolean mayBecomeMark() {
        byte[] line = held.toByteArray();
        return MARKS.stream()
                .anyMatch(mark ->
                        line.length <= mark.length && Arrays.equals(line, 0, line.length, mark, 0, line.length));
    }
}
