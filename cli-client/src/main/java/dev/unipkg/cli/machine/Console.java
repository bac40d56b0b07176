package dev.unipkg.cli.machine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Passes the guest's console on, byte for byte, up to the line with which a Linux guest reports its
/// program's exit code; that line and what the kernel says after it are for pkg.
final class Console {
    /// How the line begins with which the init of a Linux guest reports the exit status of its program.
    static final String EXIT_LINE = "unipkg-exit: ";

    private static final byte[] MARK = EXIT_LINE.getBytes(StandardCharsets.US_ASCII);

    // How many bytes of the mark the current line began with; -1 inside a line that is not it.
    private int matched;
    private boolean ended;

    /// Copies `from` to `to` until the guest's end. A reader of `to` that went away is no reason to stop
    /// the guest.
    void pass(InputStream from, OutputStream to) throws IOException {
        byte[] bytes = new byte[16 << 10];
        boolean open = true;
        for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
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
        if (open && !ended && matched > 0) {
            to.write(MARK, 0, matched);
            to.flush();
        }
    }

    /// What of the next bytes is passed on.
    byte[] filter(byte[] bytes, int count) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(count + MARK.length);
        for (int i = 0; i < count && !ended; i++) {
            byte b = bytes[i];
            if (matched >= 0 && b == MARK[matched]) {
                matched++;
                ended = matched == MARK.length;
            } else {
                passed.write(MARK, 0, Math.max(0, matched));
                passed.write(b);
                matched = b == '\n' ? 0 : -1;
            }
        }
        return passed.toByteArray();
    }
}
