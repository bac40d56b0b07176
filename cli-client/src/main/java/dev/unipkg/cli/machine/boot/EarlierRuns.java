package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.snapshot.Resuming;
import java.util.Optional;

/// The traces of earlier runs on this host that this one uses.
///
/// @param resuming the snapshots that the guest may go on from; empty where it boots
public record EarlierRuns(KvmFailures kvmFailures, Optional<Resuming> resuming) {}
