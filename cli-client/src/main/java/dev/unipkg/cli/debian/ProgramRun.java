package dev.unipkg.cli.debian;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// One run of another program: its words, without a shell.
record ProgramRun(List<String> words) {

    private static final int MAX_OUTPUT_BYTES = 1 << 20;

    ProgramRun {
        words = List.copyOf(words);
    }

    /// @param text what it wrote to stdout and stderr, as far as it is kept
    record Result(int exit, String text) {
        /// The lines in which apt and dpkg name an error, else the last line.
        String reason() {
            List<String> errors = text.lines()
                    .filter(line -> line.startsWith("E: ") || line.startsWith("dpkg"))
                    .toList();
            return errors.isEmpty()
                    ? text.lines().reduce((_, last) -> last).orElse("it said nothing")
                    : String.join("; ", errors);
        }
    }

    /// Runs it to its end.
    ///
    /// @throws Failure when it ends with another exit code than 0
    void run(Path folder) throws IOException {
        Result result = tryRun(folder);
        if (result.exit() != 0) {
            throw Failure.failed("%s ended with exit code %d: %s"
                            .formatted(words.getFirst(), result.exit(), result.reason()))
                    .next("see that the machine reaches its Debian mirror, and that /etc/apt is right: apt-get update");
        }
    }

    /// Runs it to its end, whatever that is.
    Result tryRun(Path folder) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        // Its output is read: it must not be in the person's language.
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process process = builder.start();
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            String text = new String(output.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
            output.transferTo(OutputStream.nullOutputStream());
            return new Result(process.waitFor(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(words.getFirst() + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
