package dev.unipkg.cli.machine.boot;

import java.io.IOException;

/// An event in the life of a machine. The threads that see one put it into a queue, and the one thread that
/// decides takes it from there.
sealed interface MachineEvent {
    /// QEMU said that the machine exists, and no readiness probe runs.
    record Started(Attempt attempt) implements MachineEvent {}

    /// The readiness probe succeeded.
    record Ready(Attempt attempt) implements MachineEvent {}

    /// The readiness probe has not succeeded in time. It goes on.
    ///
    /// @param why as a clause
    record Late(Attempt attempt, String why) implements MachineEvent {}

    /// The processors stand still.
    record Paused(Attempt attempt) implements MachineEvent {}

    /// KVM interprets the guest, which will not get far.
    record Interpreted(Attempt attempt) implements MachineEvent {}

    /// The console cannot be written to stdout any more.
    record ConsoleLost(IOException why) implements MachineEvent {}

    /// QEMU ended.
    ///
    /// @param status its exit status, or 128 and the number of the signal that ended it
    record Ended(Attempt attempt, int status) implements MachineEvent {}

    /// A signal asked pkg to end.
    ///
    /// @param number of the signal
    record Signalled(int number) implements MachineEvent {}
}
