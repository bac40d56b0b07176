package dev.unipkg.cli.machine.qemu;

import java.util.Locale;

/// The accelerator that runs the guest's instructions.
public enum Accelerator {
    /// Linux's kernel virtual machine: the processor itself, for guests of the host's architecture.
    KVM("host"),
    /// QEMU's own translator: any architecture, on any host, slower.
    TCG("max");

    private final String processor;

    Accelerator(String processor) {
        this.processor = processor;
    }

    /// QEMU's `-cpu` that has the most features under this accelerator.
    String processor() {
        return processor;
    }

    /// `kvm` or `tcg`, the word of QEMU's `-accel`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The user's choice.
    public enum Choice {
        /// KVM where it works, TCG where it does not.
        AUTO,
        KVM,
        TCG;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
