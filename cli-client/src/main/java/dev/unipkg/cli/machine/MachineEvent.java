package dev.unipkg.cli.machine;

/// An event in the life of a machine. The threads that see one put it into a queue; the one thread that decides takes
/// it
/// from there.
sealed interface MachineEvent {
    /// QEMU said that the machine exists, and nobody is going to ring at a door of it.
    record Began(Attempt attempt) implements MachineEvent {}

    /// The guest answered for the first time.
    record Answered(Attempt attempt) implements MachineEvent {}

    /// The guest did not answer in time.
    record Unanswered(Attempt attempt) implements MachineEvent {}

    /// The processors stand still.
    record Paused(Attempt attempt) implements MachineEvent {}

    /// KVM interprets the guest, which will not get far.
    record Interpreted(Attempt attempt) implements MachineEvent {}

    /// QEMU ended.
    ///
    /// @param status its exit status, or 128 and the number of the signal that ended it
    record Ended(Attempt attempt, int status) implements MachineEvent {}

    /// The user asked pkg to end.
    record Asked(int signal) implements MachineEvent {}
}
