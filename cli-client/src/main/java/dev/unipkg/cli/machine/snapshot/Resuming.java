package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.format.Digest;
import java.io.IOException;
import java.util.Optional;

/// Whether and from where a guest may go on instead of booting.
///
/// @param snapshots of the shelf
/// @param image the digest of all that went into the image
/// @param preparing makes a snapshot for later runs, in the background
/// @param note what the user is to know of a guest that is resumed; empty where there is nothing
/// @param messages take, under `-v`, why a guest boots
public record Resuming(
        Snapshots snapshots, Digest image, Preparing preparing, Optional<String> note, Messages messages) {

    /// Starts to make a snapshot in the background.
    public interface Preparing {
        void start() throws IOException;
    }

    /// The way to start that leads to an answer soonest: from the snapshot for a plan, where there is one that is
    /// whole. One that is damaged is removed.
    public LaunchMode soonest(BootPlan plan, LaunchMode mode) throws IOException {
        Snapshots.Found found = snapshots.find(SnapshotKey.of(plan, mode.accelerator(), image));
        if (found instanceof Snapshots.Found.Whole(Snapshot snapshot)) {
            return mode.resuming(snapshot.machine());
        }
        if (found instanceof Snapshots.Found.Unusable(String why, boolean foreign)) {
            messages.detail(why + "; booting");
            if (!foreign) {
                drop(plan, mode.accelerator());
            }
        } else {
            messages.detail("there is no snapshot of " + plan.reference() + " as it is run here; booting");
        }
        return mode;
    }

    /// Removes the snapshot for a plan, from which a guest did not go on.
    public void drop(BootPlan plan, Accelerator accelerator) throws IOException {
        Snapshots.drop(snapshots.folder(SnapshotKey.of(plan, accelerator, image)));
    }

    /// Takes note that the guest has answered. One that was booted is no more in the way of a snapshot, which is made
    /// in the background unless it is there or nothing can be.
    public void answered(BootPlan plan, LaunchMode mode) {
        if (mode.resumes()) {
            note.ifPresent(messages::say);
            return;
        }
        try {
            SnapshotKey key = SnapshotKey.of(plan, mode.accelerator(), image);
            if (snapshots.find(key) instanceof Snapshots.Found.Nothing) {
                preparing.start();
            }
        } catch (IOException e) {
            // The guest that runs is none the worse for it.
            messages.detail("no snapshot is made: " + e.getMessage());
        }
    }
}
