package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.ObjBuilder;

/// The package and the machine that a snapshot was made of, in words for a person.
///
/// @param reference `namespace/name:version`
/// @param kernel its family and release
/// @param machine the board, its accelerator, memory and processors
record SnapshotOrigin(String reference, String kernel, String machine) {
    static SnapshotOrigin of(BootPlan plan, Accelerator accelerator, String kernel) {
        Guest guest = plan.guest();
        String processors = guest.cpus() == 1 ? "1 cpu" : guest.cpus() + " cpus";
        return new SnapshotOrigin(
                plan.reference(),
                kernel,
                String.join(
                        ", ",
                        plan.machine().word(),
                        accelerator.toString(),
                        guest.memory().toString(),
                        processors));
    }

    static SnapshotOrigin of(Fields fields) throws RefusedException {
        return new SnapshotOrigin(fields.text("of"), fields.text("kernel"), fields.text("machine"));
    }

    void putInto(ObjBuilder about) {
        about.put("of", reference).put("kernel", kernel).put("machine", machine);
    }
}
