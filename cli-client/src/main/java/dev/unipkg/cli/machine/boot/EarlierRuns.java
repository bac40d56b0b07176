package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.snapshot.Resuming;
import java.util.Optional;

/// What earlier runs left on this host for this one.
///
/// @param resuming the snapshots that the guest may go on from; empty where it boots
public record EarlierRuns(KvmFailures kvmFailures, Optional<Resuming> resuming) {}
