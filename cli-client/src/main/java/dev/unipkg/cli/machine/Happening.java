package dev.unipkg.cli.machine;

/// What can happen while pkg watches over a machine. Told to one queue by the threads that see it, and
/// taken from there by the one thread that decides.
sealed interface Happening {
    /// QEMU said that the machine exists, and nobody is going to ring at a door of it.
    record Began(Attempt attempt) implements Happening {}

    /// The guest answered for the first time.
    record Answered(Attempt attempt) implements Happening {}

    /// The guest did not answer in time.
    record Unanswered(Attempt attempt) implements Happening {}

    /// The processors stand still.
    record Paused(Attempt attempt) implements Happening {}

    /// KVM interprets the guest, which will not get far.
    record Interpreted(Attempt attempt) implements Happening {}

    /// QEMU ended.
    ///
    /// @param status its exit status, or 128 and the number of the signal that ended it
    record Ended(Attempt attempt, int status) implements Happening {}

    /// The user asked pkg to end.
    record Asked(int signal) implements Happening {}
}
