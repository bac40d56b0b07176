package dev.unipkg.kernels;

/// The firmware that starts a disk. Machines without a BIOS, such as arm64's, start the kernel directly or by UEFI and
/// ignore this choice.
public enum Firmware {
    /// A BIOS.
    BIOS,
    /// A BIOS or UEFI, whichever is there.
    HYBRID
}
