package dev.unipkg.cli.machine;

import dev.unipkg.cli.talk.Talk;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How a guest is brought to its end: asked for by a signal to pkg, told to the guest until it hears, and enforced when
/// the guest takes longer than it may, or when the signal comes again.
final class Shutdown {
    private static final int SIGNALLED = 128;

    // A guest that boots does not hear a button yet.
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(1);

    private final String reference;
    private final Duration grace;
    private final Talk talk;
    private int signal;
    private long killNanos;
    private boolean killed;

    /// @param reference what runs, in the user's words
    /// @param grace how long a guest that was asked to end may take before it is killed
    Shutdown(String reference, Duration grace, Talk talk) {
        this.reference = reference;
        this.grace = grace;
        this.talk = talk;
    }

    boolean isAskedFor() {
        return signal != 0;
    }

    boolean isEnforced() {
        return killed;
    }

    /// What pkg ends with, as programs do that a signal ends.
    int exitCode() {
        return SIGNALLED + signal;
    }

    /// What happens next; null when it is time to [insist][#insist].
    ///
    /// @param mayNotHear whether the guest may have been told in vain
    @Nullable MachineEvent next(BlockingQueue<MachineEvent> events, boolean mayNotHear) throws InterruptedException {
        if (signal == 0 || killed) {
            return events.take();
        }
        long left = Math.max(0, killNanos - System.nanoTime());
        return events.poll(mayNotHear ? Math.min(left, ASKED_AGAIN.toNanos()) : left, TimeUnit.NANOSECONDS);
    }

    /// Asks the guest to end; kills it where it was asked before, or cannot be asked.
    ///
    /// @param number of the signal
    void ask(int number, Attempt attempt) {
        if (signal == 0 && attempt.askToEnd()) {
            signal = number;
            killNanos = System.nanoTime() + grace.toNanos();
            talk.say("asked " + reference + " to end; once more kills it");
        } else {
            signal = number;
            enforce("asked again", attempt);
        }
    }

    /// Tells the guest again, or kills it when its time is over.
    void insist(Attempt attempt) {
        if (System.nanoTime() >= killNanos) {
            enforce("it did not end within " + grace.toSeconds() + " s", attempt);
        } else {
            boolean unused = attempt.askToEnd();
        }
    }

    /// Kills the guest.
    void enforce(String why, Attempt attempt) {
        killed = true;
        talk.say("killing " + reference + ": " + why);
        attempt.kill();
    }
}
