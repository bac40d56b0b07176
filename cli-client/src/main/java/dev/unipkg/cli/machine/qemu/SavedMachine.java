package dev.unipkg.cli.machine.qemu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The files that a machine goes on from.
///
/// @param ram its memory
/// @param state all else that it is made of, as QEMU's migration writes it
/// @param disk what its guest had written over its image, where that is a disk
/// @param patience how long a guest may take to answer that goes on from them, before it is booted instead
public record SavedMachine(Path ram, Path state, Optional<Path> disk, Duration patience) {}
