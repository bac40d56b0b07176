package dev.unipkg.cli.machine.qemu;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The place of a machine's memory, which tells how the machine comes to life.
public sealed interface GuestMemory {
    /// The id of the object that holds the memory which is in a file.
    String ID = "ram";

    /// QEMU's own: the machine boots, and its memory ends with it.
    record Own() implements GuestMemory {}

    /// A file that holds all that the guest writes: the machine boots to become a snapshot.
    ///
    /// @param ram of the memory's size, sparse
    record Template(Path ram) implements GuestMemory {}

    /// The file of a snapshot, which any number of machines read, each with its own copy of what it writes: the machine
    /// waits for its state and goes on from there.
    record Saved(SavedMachine machine) implements GuestMemory {}

    /// The file of the memory; empty for QEMU's own.
    default Optional<Path> file() {
        return switch (this) {
            case Own() -> Optional.empty();
            case Template(Path ram) -> Optional.of(ram);
            case Saved(SavedMachine machine) -> Optional.of(machine.ram());
        };
    }

    /// The arguments for the memory's file, and for a machine that waits for its state.
    default List<String> words(Memory size) {
        return switch (this) {
            case Own() -> List.of();
            case Template(Path ram) -> object(ram, size, "on");
            case Saved(SavedMachine machine) -> object(machine.ram(), size, "off");
        };
    }

    private static List<String> object(Path file, Memory size, String share) {
        return List.of(
                "-object",
                "memory-backend-file,id=%s,size=%s,share=%s,mem-path=%s"
                        .formatted(
                                ID,
                                size,
                                share,
                                Qemu.escape(file.toAbsolutePath().toString())));
    }
}
