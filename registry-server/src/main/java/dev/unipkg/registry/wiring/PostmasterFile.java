package dev.unipkg.registry.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `postmaster.pid`, by which PostgreSQL says who runs on a cluster: line 1 is the process id, line 4 its port, line 8
/// its state (PostgreSQL's `miscadmin.h`, "LOCK_FILE_LINE"). A crash leaves it behind.
///
/// @param cluster the data folder that holds the file
record PostmasterFile(Path cluster) {

    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /// Makes way for a new postmaster: one that a killed server left running is stopped; the file of one that is gone
    /// is removed, also where another program has its process id by now.
    void clearAway(Duration limit) throws IOException {
        Optional<Long> pid = pid();
        if (pid.isEmpty()) {
            return;
        }
        Optional<ProcessHandle> running = ProcessHandle.of(pid.get()).filter(ProcessHandle::isAlive);
        if (running.isPresent() && runsHere(pid.get())) {
            stop(running.get(), limit);
        }
        Files.deleteIfExists(file());
    }

    /// The port of the running postmaster.
    ///
    /// @throws IOException when none does, or it has only just begun to
    int port() throws IOException {
        List<String> lines = lines();
        if (lines.size() <= STATUS_LINE || !lines.get(STATUS_LINE).strip().equals("ready")) {
            throw new IOException("PostgreSQL is starting or stopping on " + cluster + "; try again");
        }
        return Integer.parseInt(lines.get(PORT_LINE).strip());
    }

    /// Waits until the postmaster in `process` accepts connections.
    ///
    /// @return whether it does; false where it has ended instead
    boolean awaitReady(Process process, Instant until) throws IOException {
        while (process.isAlive()) {
            if (isReady(process.pid())) {
                return true;
            }
            if (Instant.now().isAfter(until)) {
                stop(process.toHandle(), Duration.ofSeconds(30));
                throw new IOException("PostgreSQL did not become ready on " + cluster + "; see its log beside it");
            }
            // PostgreSQL tells its state in this file only.
            EmbeddedPostgres.pause(Duration.ofMillis(2));
        }
        return false;
    }

    /// Fast shutdown (SIGINT), then immediate (SIGQUIT, which needs recovery at the next start), then none at all.
    static void stop(ProcessHandle postmaster, Duration limit) throws IOException {
        for (String signal : List.of("INT", "QUIT", "KILL")) {
            if (!postmaster.isAlive()) {
                return;
            }
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + postmaster.pid()).start();
            try {
                postmaster.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while PostgreSQL was stopping", e);
            } catch (TimeoutException e) {
                // the next signal is less polite
            } catch (ExecutionException e) {
                throw new IOException("could not wait for PostgreSQL to stop", e);
            }
        }
    }

    private Path file() {
        return cluster.resolve("postmaster.pid");
    }

    /// PostgreSQL works with its cluster as the current folder, which tells it from a stranger with the same number.
    private boolean runsHere(long pid) {
        try {
            return Files.isSameFile(Path.of("/proc", Long.toString(pid), "cwd"), cluster);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    private Optional<Long> pid() throws IOException {
        List<String> lines = lines();
        try {
            return lines.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Long.parseLong(lines.getFirst().strip()));
        } catch (NumberFormatException torn) {
            return Optional.of(Long.MAX_VALUE);
        }
    }

    private boolean isReady(long pid) throws IOException {
        List<String> lines = lines();
        return lines.size() > STATUS_LINE
                && lines.getFirst().strip().equals(Long.toString(pid))
                && lines.get(STATUS_LINE).strip().equals("ready");
    }

    private List<String> lines() throws IOException {
        try {
            return Files.readAllLines(file());
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }
}
