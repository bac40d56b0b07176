package dev.unipkg.kernels;

/// What starts a disk. Machines without a BIOS, such as arm64's, start the kernel or UEFI whatever is chosen.
public enum Firmware {
    /// A BIOS.
    BIOS,
    /// A BIOS or UEFI, whichever is there.
    HYBRID
}
