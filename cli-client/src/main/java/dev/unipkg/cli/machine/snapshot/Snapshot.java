package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.machine.qemu.SavedMachine;
import java.nio.file.Path;
import java.time.Instant;

/// A machine that has answered, on the shelf.
///
/// @param folder of its files
/// @param made when it answered
public record Snapshot(Path folder, SavedMachine machine, Instant made) {}
