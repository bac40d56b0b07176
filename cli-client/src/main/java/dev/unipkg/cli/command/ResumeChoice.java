package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.snapshot.Resuming;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import java.io.IOException;
import java.util.Optional;

/// Whether a guest may go on from a snapshot.
record ResumeChoice(Optional<ComposedImage> image, Optional<String> note) {
    static ResumeChoice of(Session session, Bootable bootable, Optional<Boolean> flag) {
        boolean yes = flag.orElse(false) && bootable instanceof ComposedImage;
        return new ResumeChoice(yes ? Optional.of((ComposedImage) bootable) : Optional.empty(), Optional.empty());
    }

    /// The snapshots that the guest may go on from; empty where it boots.
    Optional<Resuming> resuming(Session session, Instance.Order order) throws IOException {
        if (image.isEmpty()) {
            return Optional.empty();
        }
        Snapshots snapshots = new Snapshots(session.shelf().snapshots());
        return Optional.of(new Resuming(
                snapshots, image.get().key(), new TemplateProcess(snapshots, order)::start, note, session.messages()));
    }
}
