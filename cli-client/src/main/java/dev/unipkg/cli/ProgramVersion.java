package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Which pkg this is; the build writes it down.
public final class ProgramVersion {
    private ProgramVersion() {}

    /// As in the project's pom, for instance `0.1.0`.
    public static String text() {
        try (InputStream in = ProgramVersion.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IllegalStateException("version.txt is not beside " + ProgramVersion.class);
            }
            return new String(in.readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
