package dev.unipkg.cli.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The stream of results. A [PrintStream] drops failed writes silently; this one keeps the failure.
public final class Stdout extends PrintStream {
    private final Watched watched;

    /// @param charset what text is written in
    public Stdout(OutputStream out, Charset charset) {
        this(new Watched(out), charset);
    }

    private Stdout(Watched watched, Charset charset) {
        super(watched, false, charset);
        this.watched = watched;
    }

    /// The failure of a write. Empty also if the reader closed the pipe, as `head` does.
    public Optional<IOException> failure() {
        flush();
        return Optional.ofNullable(watched.failure)
                .filter(e -> !String.valueOf(e.getMessage()).contains("Broken pipe"));
    }

    private static final class Watched extends FilterOutputStream {
        private @Nullable IOException failure;

        Watched(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
