package dev.unipkg.cli.machine.instance;

import dev.unipkg.kernels.Image;
import java.util.Locale;

/// The way in which a guest reports the exit code of its program.
public enum ExitReport {
    /// A device of the machine makes QEMU end with the code, as Nanos asks it to.
    DEVICE,
    /// The console's last line tells it, as that of a Linux guest does.
    CONSOLE,
    /// Nothing does, save for a line on the console of a Unikraft kernel that was built to print it.
    NONE;

    static ExitReport of(Image image) {
        if (image instanceof Image.Disk) {
            return DEVICE;
        }
        return image instanceof Image.KernelAndInitrd ? CONSOLE : NONE;
    }

    /// `device`, `console` or `none`, as the record of an instance has it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
