package dev.unipkg.cli.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// How often, and how long apart, something is tried that may work in a moment.
///
/// @param attempts how many tries there are in all, at least 1
/// @param first the pause after the first try; every further pause is twice as long
/// @param notice is told before each pause
public record Retry(int attempts, Duration first, Notice notice) {

    /// How often commands try: with the usual first pause that takes about eight seconds in all.
    public static final int ATTEMPTS = 6;

    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

    /// Reports a pause before a retry.
    @FunctionalInterface
    public interface Notice {
        /// @param why the last try failed
        void tryingAgain(String why);
    }

    /// Something to try.
    interface Attempt<T> {
        T run() throws IOException;
    }

    /// Whether an answer with this status may be another one in a moment.
    static boolean isPassing(int status) {
        return PASSING.contains(status);
    }

    /// Runs the attempt until it does not end [Unreachable].
    <T> T run(Attempt<T> attempt) throws IOException {
        for (int failures = 1; ; failures++) {
            try {
                return attempt.run();
            } catch (Unreachable e) {
                if (failures >= attempts) {
                    throw e;
                }
                pause(failures, e.sentence());
            }
        }
    }

    /// Sends a request until its answer is not a [passing][#isPassing] one, or the tries are used up.
    Response send(Http http, Request request) throws IOException {
        for (int failures = 1; ; failures++) {
            Response response = run(() -> http.send(request));
            if (!isPassing(response.status()) || failures >= attempts) {
                return response;
            }
            response.close();
            pause(failures, trouble(response));
        }
    }

    /// The fault of an answer with a [passing][#isPassing] status.
    static String trouble(Response response) {
        return Origin.of(response.uri()) + " answered with HTTP status " + response.status();
    }

    /// Waits before the next try.
    ///
    /// @param failures how many tries have failed, at least 1
    /// @param why the last one failed
    void pause(int failures, String why) throws IOException {
        notice.tryingAgain(why);
        long millis = first.toMillis() << Math.min(failures - 1, 10);
        try {
            // Up to a quarter more, so that many clients of one registry do not come back in step.
            Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
