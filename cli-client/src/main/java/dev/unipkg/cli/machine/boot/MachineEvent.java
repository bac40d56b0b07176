package dev.unipkg.cli.machine.boot;

import java.io.IOException;

/// An event in the life of a machine. The threads that see one put it into a queue, and the one thread that
/// decides takes it from there.
sealed interface MachineEvent {
    /// An event of one attempt, which means nothing any more once another one has taken its place.
    sealed interface OfAttempt extends MachineEvent {
        Attempt attempt();
    }

    /// QEMU said that the machine exists, and no readiness probe runs.
    record Started(Attempt attempt) implements OfAttempt {}

    /// The readiness probe succeeded.
    record Ready(Attempt attempt) implements OfAttempt {}

    /// The readiness probe has not succeeded in time. It goes on.
    ///
    /// @param why as a clause
    record Late(Attempt attempt, String why) implements OfAttempt {}

    /// The guest did not go on from its snapshot, or does not answer.
    ///
    /// @param why as a clause
    record NotResumed(Attempt attempt, String why) implements OfAttempt {}

    /// The processors stand still.
    record Paused(Attempt attempt) implements OfAttempt {}

    /// KVM interprets the guest, which will not get far.
    record Interpreted(Attempt attempt) implements OfAttempt {}

    /// The console cannot be written to stdout any more.
    record ConsoleLost(IOException why) implements MachineEvent {}

    /// QEMU ended.
    ///
    /// @param status its exit status, or 128 and the number of the signal that ended it
    record Ended(Attempt attempt, int status) implements OfAttempt {}

    /// A signal asked pkg to end.
    ///
    /// @param number of the signal
    record Signalled(int number) implements MachineEvent {}
}
