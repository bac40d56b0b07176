package dev.unipkg.cli.machine.qemu;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The place of a machine's memory, which tells how the machine comes to life.
public sealed interface GuestMemory {
    /// The id of the object that holds the memory which is in a file.
    String ID = "ram";

    /// QEMU's own: the machine boots, and its memory ends with it.
    record Own() implements GuestMemory {
        @Override
        public Optional<Path> file() {
            return Optional.empty();
        }

        @Override
        public List<String> words(Memory size) {
            return List.of();
        }
    }

    /// A file that holds all that the guest writes: the machine boots to become a snapshot.
    ///
    /// @param ram of the memory's size, sparse
    record Template(Path ram) implements GuestMemory {
        @Override
        public Optional<Path> file() {
            return Optional.of(ram);
        }

        @Override
        public List<String> words(Memory size) {
            return object(ram, size, "on");
        }
    }

    /// The file of a snapshot, which any number of machines read, each with its own copy of what it writes: the machine
    /// waits for its state and goes on from there.
    record Saved(SavedMachine machine) implements GuestMemory {
        @Override
        public Optional<Path> file() {
            return Optional.of(machine.ram());
        }

        @Override
        public List<String> words(Memory size) {
            return object(machine.ram(), size, "off");
        }
    }

    /// The file of the memory; empty for QEMU's own.
    Optional<Path> file();

    /// The arguments for the memory's file, and for a machine that waits for its state.
    List<String> words(Memory size);

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
