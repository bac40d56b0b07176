package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The output of a process, in a file that grows with it.
final class ProcessLog {

    private ProcessLog() {}

    /// Waits for a line of the output, which is copied to the file until the process ends.
    ///
    /// @param process whose output is a pipe that nothing else reads
    /// @throws IOException when the process ends, or the time is over, before the line is printed; the process is
    ///     killed then
    static MatchResult awaitLine(Process process, Path file, Pattern line, Duration patience)
            throws IOException, InterruptedException {
        CompletableFuture<MatchResult> printed = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> copy(process, file, line, printed));
        try {
            return printed.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("the process did not print \"" + line + "\":\n" + Files.readString(file), e);
        }
    }

    private static void copy(Process process, Path file, Pattern line, CompletableFuture<MatchResult> printed) {
        try (BufferedReader lines = process.inputReader(UTF_8);
                BufferedWriter copy = Files.newBufferedWriter(file)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                copy.write(text + "\n");
                copy.flush();
                Matcher matcher = line.matcher(text);
                if (matcher.find()) {
                    printed.complete(matcher.toMatchResult());
                }
            }
            printed.completeExceptionally(new EOFException("its output has ended"));
        } catch (IOException e) {
            printed.completeExceptionally(e);
        }
    }
}
