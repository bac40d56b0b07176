package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.QemuStart;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// An instance that has begun: its folder, and the shell there that starts its network and becomes its QEMU.
public final class Begun implements Closeable {
    private final QemuStart start;
    private InstanceFolder folder;
    private boolean isDraft;

    private Begun(QemuStart start, InstanceFolder folder, boolean isDraft) {
        this.start = start;
        this.folder = folder;
        this.isDraft = isDraft;
    }

    /// Begins a new instance, before its package is found (decision 97).
    public static Begun draft(Instances instances, Network network, boolean detached) throws IOException {
        InstanceFolder folder = instances.draft();
        try {
            return new Begun(
                    QemuStart.begin(network.forwards(), LaunchMode.passt(network), detached, folder.path()),
                    folder,
                    true);
        } catch (IOException | RuntimeException e) {
            folder.discard();
            throw e;
        }
    }

    /// Begins in the folder of an instance that has been recorded.
    public static Begun in(InstanceFolder folder, BootPlan plan, Optional<Path> passt) throws IOException {
        folder.clear();
        return new Begun(
                QemuStart.begin(plan.guest().forwards(), passt, plan.detached(), folder.path()), folder, false);
    }

    /// Gives a draft its record and its name.
    ///
    /// @throws dev.unipkg.cli.output.Failure as [Instances#create] does
    public void record(Instances instances, Optional<InstanceName> name, Instance.Order order, BootPlan plan)
            throws IOException {
        start.awaitShell();
        folder = instances.create(folder, name, order, plan);
        isDraft = false;
    }

    InstanceFolder folder() {
        return folder;
    }

    QemuStart start() {
        return start;
    }

    /// Ends what has not become a QEMU, and deletes a folder without a record.
    @Override
    public void close() throws IOException {
        try {
            start.close();
        } finally {
            if (isDraft) {
                folder.discard();
            }
        }
    }
}
