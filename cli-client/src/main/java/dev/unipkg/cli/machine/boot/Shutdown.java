package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.output.ReaderGoneException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The end of a guest that pkg brings about: the guest is asked until it hears, and killed when it takes longer than it
/// may, or when a signal comes again.
final class Shutdown {
    private static final int SIGNALLED = 128;
    private static final int SIGPIPE = 13;

    // A guest that boots does not hear a button yet.
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(1);

    /// Why a guest is asked to end.
    sealed interface Reason {
        /// pkg got a signal.
        record Signal(int number) implements Reason {}

        /// stdout takes no more of the console.
        record ConsoleLost(IOException why) implements Reason {}

        /// The guest is not ready in time, and is not to be left running.
        record NotReady(Failure failure) implements Reason {}
    }

    private final String reference;
    private final Duration grace;
    private final Messages messages;
    private @Nullable Reason reason;
    private long killNanos;
    private boolean killed;

    /// @param reference what runs, in the user's words
    /// @param grace how long a guest that was asked to end may take before it is killed
    Shutdown(String reference, Duration grace, Messages messages) {
        this.reference = reference;
        this.grace = grace;
        this.messages = messages;
    }

    boolean isAskedFor() {
        return reason != null;
    }

    boolean isEnforced() {
        return killed;
    }

    /// How pkg ends after the guest that was asked to end.
    ///
    /// @param guest the exit code of its program, where it told one
    /// @throws Failure where pkg had a reason of its own that is a failure
    BootResult result(Optional<Integer> guest) {
        return switch (reason) {
            case null -> throw new IllegalStateException("not asked for");
            case Reason.Signal(int number) -> new BootResult.Exit(SIGNALLED + number, guest);
            case Reason.ConsoleLost(ReaderGoneException _) -> new BootResult.Exit(SIGNALLED + SIGPIPE, guest);
            case Reason.ConsoleLost(IOException why) ->
                throw new Failure(
                                ExitCode.FAILED,
                                "stdout-failed",
                                "the console of " + reference + " cannot be written to stdout: " + why.getMessage())
                        .causedBy(why);
            case Reason.NotReady(Failure failure) -> throw failure;
        };
    }

    /// The next event; null when it is time to [insist][#insist].
    ///
    /// @param mayNotHear whether the guest may have been told in vain
    @Nullable MachineEvent next(BlockingQueue<MachineEvent> events, boolean mayNotHear) throws InterruptedException {
        if (reason == null || killed) {
            return events.take();
        }
        long left = Math.max(0, killNanos - System.nanoTime());
        return events.poll(mayNotHear ? Math.min(left, ASKED_AGAIN.toNanos()) : left, TimeUnit.NANOSECONDS);
    }

    /// Asks the guest to end. Kills it where it cannot be asked, or where a signal comes after it was asked.
    void ask(Reason why, Attempt attempt) {
        boolean again = reason != null;
        if (again && !(why instanceof Reason.Signal)) {
            return;
        }
        reason = why;
        if (again) {
            enforce("asked again", attempt);
        } else if (attempt.askToEnd()) {
            killNanos = System.nanoTime() + grace.toNanos();
            messages.say(
                    switch (why) {
                        case Reason.Signal _ -> "asked " + reference + " to end; once more kills it";
                        case Reason.ConsoleLost _ -> "asked " + reference + " to end, as stdout takes no more";
                        case Reason.NotReady _ -> "asked " + reference + " to end, as it is not ready in time";
                    });
        } else {
            enforce("it cannot be asked to end yet", attempt);
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
        messages.say("killing " + reference + ": " + why);
        attempt.kill();
    }
}
