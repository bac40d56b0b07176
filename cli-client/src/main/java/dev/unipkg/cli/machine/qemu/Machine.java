package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A kind of machine that QEMU can be. Each knows the arguments that make the board, its disk, its
/// network card and the way in which the guest's exit code comes out.
public sealed interface Machine {

    /// A PC with PCI Express and ACPI. The default for x86_64.
    ///
    /// @param qboot the minimal firmware that starts a kernel beside the disk some 0.1 s sooner than the
    ///     BIOS does; the BIOS boots the disk itself where it is absent
    record Q35(Optional<Path> qboot) implements Machine {}

    /// A PC as kraftkit boots Unikraft on it, where those images are tried. Only for them.
    record Pc() implements Machine {}

    /// A PC without PCI and without a power switch, where the kernel comes beside the disk. Not faster
    /// than a [Q35] with qboot, needs 128 MiB for a network, and ends only because the guest's exit code
    /// ends it.
    record Microvm() implements Machine {}

    /// QEMU's board for arm64. It has no boot code for a disk, so that the kernel comes beside it.
    record Virt() implements Machine {}

    /// The QEMU for an architecture: the chosen program, or this host's.
    ///
    /// @throws Failure when there is no such program, or naming the package to install
    static Path binary(Arch arch, Optional<Path> chosen) {
        return chosen.isPresent() ? Qemu.require(chosen.get().toAbsolutePath()) : binary(arch);
    }

    /// This host's QEMU for an architecture.
    ///
    /// @throws Failure naming the package to install
    static Path binary(Arch arch) {
        return Qemu.require(
                switch (arch) {
                    case X86_64 -> new Microvm();
                    case ARM64 -> new Virt();
                    case RISCV64 -> throw noMachine(arch);
                });
    }

    /// The machine for an image, by the user's word or the best for its architecture and this host.
    ///
    /// @throws Failure when there is none, or the named one cannot boot the image
    static Machine of(Guest guest, Optional<String> word) {
        return of(guest, word, Qemu.qboot());
    }

    /// The machine for an image, by the user's word or the best for its architecture.
    static Machine of(Guest guest, Optional<String> word, Optional<Path> qboot) {
        boolean pc = guest.image() instanceof Image.Unikernel && guest.arch() == Arch.X86_64 && word.isEmpty();
        Machine machine = pc ? new Pc() : of(guest.arch(), word, qboot);
        machine.requireKernel(guest.image());
        return machine;
    }

    /// Sees that there is such a machine for an architecture, before there is an image for it.
    ///
    /// @throws Failure when there is none
    static void require(Arch arch, Optional<String> word) {
        of(arch, word, Optional.empty());
    }

    private static Machine of(Arch arch, Optional<String> word, Optional<Path> qboot) {
        Machine best = switch (arch) {
            case X86_64 -> new Q35(qboot);
            case ARM64 -> new Virt();
            case RISCV64 -> throw noMachine(arch);
        };
        Machine machine = switch (word.orElse("")) {
            case "" -> best;
            case "q35" -> new Q35(Optional.empty());
            case "microvm" -> new Microvm();
            case "virt" -> new Virt();
            default -> throw Failure.usage("no machine is called " + word.get() + "; there are q35, microvm and virt");
        };
        if (machine.arch() != arch) {
            throw Failure.usage(
                    "a " + machine.word() + " machine boots " + machine.arch() + ", and this image is for " + arch);
        }
        return machine;
    }

    /// The word of QEMU's `-machine`.
    default String word() {
        return switch (this) {
            case Q35 _ -> "q35";
            case Pc _ -> "pc";
            case Microvm _ -> "microvm";
            case Virt _ -> "virt";
        };
    }

    default Arch arch() {
        return switch (this) {
            case Q35 _, Pc _, Microvm _ -> Arch.X86_64;
            case Virt _ -> Arch.ARM64;
        };
    }

    /// The program that is this machine, and the Debian package that holds it.
    default Program program() {
        return switch (this) {
            case Q35 _, Pc _, Microvm _ -> new Program("qemu-system-x86_64", "qemu-system-x86");
            case Virt _ -> new Program("qemu-system-aarch64", "qemu-system-arm");
        };
    }

    /// A QEMU binary by its name on the PATH.
    record Program(String name, String debianPackage) {}

    /// The arguments that make the board with the accelerator's best processor.
    default List<String> board(Accelerator accelerator, GuestMemory memory) {
        String options = switch (this) {
            case Q35 _ -> "q35";
            case Pc _ -> "pc";
            // Nanos finds the devices through ACPI and reads the clock chip; the second I/O APIC
            // only costs time.
            case Microvm _ -> "microvm,rtc=on,ioapic2=off";
            // Nanos drives the second version of the interrupt controller, and maps only low
            // memory.
            case Virt _ -> accelerator == Accelerator.KVM ? "virt,gic-version=host" : "virt,gic-version=2,highmem=off";
        };
        List<String> board = new ArrayList<>(List.of(
                "-machine",
                options + (memory.file().isPresent() ? ",memory-backend=" + GuestMemory.ID : ""),
                "-accel",
                accelerator.toString(),
                "-cpu",
                accelerator.processor()));
        if (this instanceof Microvm) {
            // Guests drive the modern kind of virtio-mmio; the board's default is the legacy one.
            board.addAll(List.of("-global", "virtio-mmio.force-legacy=false"));
        }
        return board;
    }

    /// Whether a guest of this image has the agent that sets its clock and reseeds its generator, on the second serial
    /// port of a PC.
    default boolean hasAgentPort(Image image) {
        return this instanceof Q35 && image instanceof Image.KernelAndInitrd;
    }

    /// The arguments that attach the image: its disk as `overlay`, or kernel and initrd with the disk of the package,
    /// where it has one.
    default List<String> boot(Image image, String overlay) {
        return switch (image) {
            case Image.KernelAndInitrd linux -> {
                List<String> words = new ArrayList<>(List.of(
                        "-kernel", absolute(linux.kernel()),
                        "-initrd", absolute(linux.initrd()),
                        "-append", linux.commandLine()));
                // Never written, so that guests can share it.
                linux.disk()
                        .ifPresent(disk -> words.addAll(List.of(
                                "-drive",
                                "if=none,id=root,format=raw,readonly=on,file=" + Qemu.escape(absolute(disk)),
                                "-device",
                                "virtio-blk-pci,drive=root")));
                yield words;
            }
            case Image.Unikernel unikernel -> bootUnikernel(unikernel);
            case Image.Disk disk ->
                bootDisk(
                        disk,
                        "if=none,id=root,format=qcow2,file=" + overlay
                                // The overlay is gone when the instance is: a host that crashes loses
                                // nothing worth a flush.
                                + ",cache=unsafe");
        };
    }

    private static Failure noMachine(Arch arch) {
        return Failure.failed("pkg has no machine for " + arch + " yet; it can compose the image")
                .next("run: pkg image build");
    }

    private List<String> bootDisk(Image.Disk disk, String drive) {
        return switch (this) {
            case Q35(var qboot)
            when qboot.isPresent() && disk.kernel().isPresent() ->
                List.of(
                        "-bios",
                        qboot.get().toString(),
                        "-kernel",
                        absolute(disk.kernel().get()),
                        "-drive",
                        drive,
                        // No bootindex here: with one, qboot finds nothing to start.
                        "-device",
                        "virtio-blk-pci,drive=root",
                        "-device",
                        "isa-debug-exit");
            case Q35 _, Pc _ ->
                List.of(
                        "-drive", drive,
                        "-device", "virtio-blk-pci,drive=root,bootindex=0",
                        "-device", "isa-debug-exit");
            case Microvm _ ->
                List.of(
                        "-kernel",
                        absolute(disk.kernel().orElseThrow()),
                        "-drive",
                        drive,
                        "-device",
                        "virtio-blk-device,drive=root",
                        "-device",
                        "isa-debug-exit");
            case Virt _ -> bootVirtDisk(disk, drive);
        };
    }

    private List<String> bootUnikernel(Image.Unikernel unikernel) {
        List<String> words = new ArrayList<>(List.of("-kernel", absolute(unikernel.kernel())));
        unikernel.initrd().ifPresent(initrd -> words.addAll(List.of("-initrd", absolute(initrd))));
        words.addAll(List.of("-append", unikernel.commandLine()));
        if (this instanceof Pc) {
            // A kernel that crashes tells it to this device, and QEMU ends.
            words.addAll(List.of("-device", "pvpanic"));
        }
        return words;
    }

    private static List<String> bootVirtDisk(Image.Disk disk, String drive) {
        return List.of(
                "-kernel",
                absolute(disk.kernel().orElseThrow()),
                "-drive",
                drive,
                "-device",
                "virtio-blk-pci,drive=root",
                "-device",
                "virtio-rng-pci",
                // The guest's exit code comes out through a semihosting call. Other calls open files of this host and
                // run commands on it. Those go to a debugger, which is not there, and their output goes nowhere.
                "-chardev",
                "null,id=nowhere",
                "-semihosting-config",
                "enable=on,target=gdb,chardev=nowhere");
    }

    /// The network card on the network `net`.
    default List<String> card() {
        return List.of(
                "-device",
                switch (this) {
                            // Without its option ROM: the BIOS would spend 0.3 s on asking the network for
                            // something to boot.
                            case Q35 _, Pc _, Virt _ -> "virtio-net-pci,netdev=net,romfile=";
                            case Microvm _ -> "virtio-net-device,netdev=net";
                        }
                        + ",mac=" + Network.CARD);
    }

    // QEMU runs in the instance's folder, where a path relative to pkg's means another file.
    private static String absolute(Path file) {
        return file.toAbsolutePath().toString();
    }

    private void requireKernel(Image image) {
        boolean without = image instanceof Image.Disk disk && disk.kernel().isEmpty();
        switch (this) {
            // Linux finds the devices of this board only by a description that pkg does not give it.
            case Microvm _
            when image instanceof Image.KernelAndInitrd ->
                throw Failure.usage("a microvm machine boots nanos, and this image is made with linux");
            case Microvm _
            when image instanceof Image.Unikernel ->
                throw Failure.usage("a microvm machine boots nanos, and this is a Unikraft image");
            case Microvm _, Virt _
            when without ->
                throw Failure.failed(
                        "a " + word() + " machine starts the kernel itself, and this image has none beside its disk");
            case Q35 _, Pc _, Microvm _, Virt _ -> {}
        }
    }
}
