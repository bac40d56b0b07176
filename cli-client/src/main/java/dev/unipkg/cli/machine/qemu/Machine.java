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
/// network card and the way in which the guest's exit code comes out. The defaults are those of a PC.
///
/// The kinds have methods instead of a `switch` over their patterns, which is slow the first time (decision 96).
public sealed interface Machine {

    /// A PC with PCI Express and ACPI. The default for x86_64.
    ///
    /// @param qboot the minimal firmware that starts a kernel beside the disk some 0.1 s sooner than the
    ///     BIOS does; the BIOS boots the disk itself where it is absent
    record Q35(Optional<Path> qboot) implements Machine {
        @Override
        public String word() {
            return "q35";
        }

        @Override
        public Optional<Path> firmware() {
            return qboot;
        }

        @Override
        public boolean hasAgentPort(Image image) {
            return image instanceof Image.KernelAndInitrd;
        }

        @Override
        public List<String> bootDisk(Image.Disk disk, String drive) {
            if (qboot.isEmpty() || disk.kernel().isEmpty()) {
                return Machine.super.bootDisk(disk, drive);
            }
            return List.of(
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
        }
    }

    /// A PC as kraftkit boots Unikraft on it, where those images are tried. Only for them.
    record Pc() implements Machine {
        @Override
        public String word() {
            return "pc";
        }

        @Override
        public List<String> bootUnikernel(Image.Unikernel unikernel) {
            List<String> words = new ArrayList<>(Machine.super.bootUnikernel(unikernel));
            // A kernel that crashes tells it to this device, and QEMU ends.
            words.addAll(List.of("-device", "pvpanic"));
            return words;
        }
    }

    /// A PC without PCI and without a power switch, where the kernel comes beside the disk. Not faster
    /// than a [Q35] with qboot, needs 128 MiB for a network, and ends only because the guest's exit code
    /// ends it.
    record Microvm() implements Machine {
        @Override
        public String word() {
            return "microvm";
        }

        @Override
        public String options(Accelerator accelerator) {
            // Nanos finds the devices through ACPI and reads the clock chip; the second I/O APIC
            // only costs time.
            return "microvm,rtc=on,ioapic2=off";
        }

        @Override
        public List<String> board(Accelerator accelerator, GuestMemory memory) {
            List<String> board = new ArrayList<>(Machine.super.board(accelerator, memory));
            // Guests drive the modern kind of virtio-mmio; the board's default is the legacy one.
            board.addAll(List.of("-global", "virtio-mmio.force-legacy=false"));
            return board;
        }

        @Override
        public List<String> bootDisk(Image.Disk disk, String drive) {
            return Machine.kernelAndDisk(
                    disk, drive, "-device", "virtio-blk-device,drive=root", "-device", "isa-debug-exit");
        }

        @Override
        public String cardDevice() {
            return "virtio-net-device,netdev=net";
        }

        @Override
        public void requireKernel(Image image) {
            // Linux finds the devices of this board only by a description that pkg does not give it.
            if (image instanceof Image.KernelAndInitrd) {
                throw Failure.usage("a microvm machine boots nanos, and this image is made with linux");
            }
            if (image instanceof Image.Unikernel) {
                throw Failure.usage("a microvm machine boots nanos, and this is a Unikraft image");
            }
            Machine.requireKernelBeside(image, word());
        }
    }

    /// QEMU's board for arm64. It has no boot code for a disk, so that the kernel comes beside it.
    record Virt() implements Machine {
        @Override
        public String word() {
            return "virt";
        }

        @Override
        public Arch arch() {
            return Arch.ARM64;
        }

        @Override
        public String options(Accelerator accelerator) {
            // Nanos drives the second version of the interrupt controller, and maps only low
            // memory.
            return accelerator == Accelerator.KVM ? "virt,gic-version=host" : "virt,gic-version=2,highmem=off";
        }

        @Override
        public List<String> bootDisk(Image.Disk disk, String drive) {
            return Machine.kernelAndDisk(
                    disk,
                    drive,
                    "-device",
                    "virtio-blk-pci,drive=root",
                    "-device",
                    "virtio-rng-pci",
                    // The guest's exit code comes out through a semihosting call. Other calls open files of this host
                    // and run commands on it. Those go to a debugger, which is not there, and their output goes
                    // nowhere.
                    "-chardev",
                    "null,id=nowhere",
                    "-semihosting-config",
                    "enable=on,target=gdb,chardev=nowhere");
        }

        @Override
        public void requireKernel(Image image) {
            Machine.requireKernelBeside(image, word());
        }
    }

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
    String word();

    default Arch arch() {
        return Arch.X86_64;
    }

    /// The program that is this machine, and the Debian package that holds it.
    default Program program() {
        return arch() == Arch.ARM64
                ? new Program("qemu-system-aarch64", "qemu-system-arm")
                : new Program("qemu-system-x86_64", "qemu-system-x86");
    }

    /// A QEMU binary by its name on the PATH.
    record Program(String name, String debianPackage) {}

    /// The firmware, where it is not the board's own.
    default Optional<Path> firmware() {
        return Optional.empty();
    }

    /// The value of QEMU's `-machine`.
    default String options(Accelerator accelerator) {
        return word();
    }

    /// The arguments that make the board with the accelerator's best processor.
    default List<String> board(Accelerator accelerator, GuestMemory memory) {
        return List.of(
                "-machine",
                options(accelerator) + (memory.file().isPresent() ? ",memory-backend=" + GuestMemory.ID : ""),
                "-accel",
                accelerator.toString(),
                "-cpu",
                accelerator.processor());
    }

    /// Whether a guest of this image has the agent that sets its clock and reseeds its generator, on the second serial
    /// port of a PC.
    default boolean hasAgentPort(Image image) {
        return false;
    }

    /// The arguments that attach the image: its disk as `overlay`, or kernel and initrd with the disk of the package,
    /// where it has one.
    default List<String> boot(Image image, String overlay) {
        if (image instanceof Image.KernelAndInitrd linux) {
            return bootLinux(linux);
        }
        if (image instanceof Image.Unikernel unikernel) {
            return bootUnikernel(unikernel);
        }
        return bootDisk(
                (Image.Disk) image,
                "if=none,id=root,format=qcow2,file=" + overlay
                        // The overlay is gone when the instance is: a host that crashes loses
                        // nothing worth a flush.
                        + ",cache=unsafe");
    }

    private static List<String> bootLinux(Image.KernelAndInitrd linux) {
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
        return words;
    }

    /// The arguments that attach a kernel which is linked with its program.
    default List<String> bootUnikernel(Image.Unikernel unikernel) {
        List<String> words = new ArrayList<>(List.of("-kernel", absolute(unikernel.kernel())));
        unikernel.initrd().ifPresent(initrd -> words.addAll(List.of("-initrd", absolute(initrd))));
        words.addAll(List.of("-append", unikernel.commandLine()));
        return words;
    }

    /// The arguments that attach a disk.
    ///
    /// @param drive the value of QEMU's `-drive`
    default List<String> bootDisk(Image.Disk disk, String drive) {
        return List.of(
                "-drive", drive,
                "-device", "virtio-blk-pci,drive=root,bootindex=0",
                "-device", "isa-debug-exit");
    }

    private static Failure noMachine(Arch arch) {
        return Failure.failed("pkg has no machine for " + arch + " yet; it can compose the image")
                .next("run: pkg image build");
    }

    private static List<String> kernelAndDisk(Image.Disk disk, String drive, String... devices) {
        List<String> words =
                new ArrayList<>(List.of("-kernel", absolute(disk.kernel().orElseThrow()), "-drive", drive));
        words.addAll(List.of(devices));
        return words;
    }

    /// The network card on the network `net`.
    default List<String> card() {
        return List.of("-device", cardDevice() + ",mac=" + Network.CARD);
    }

    /// The value of QEMU's `-device` for the card.
    default String cardDevice() {
        // Without its option ROM: the BIOS would spend 0.3 s on asking the network for
        // something to boot.
        return "virtio-net-pci,netdev=net,romfile=";
    }

    // QEMU runs in the instance's folder, where a path relative to pkg's means another file.
    private static String absolute(Path file) {
        return file.toAbsolutePath().toString();
    }

    /// Sees that this machine can boot an image.
    ///
    /// @throws Failure when it cannot
    default void requireKernel(Image image) {}

    private static void requireKernelBeside(Image image, String word) {
        if (image instanceof Image.Disk disk && disk.kernel().isEmpty()) {
            throw Failure.failed(
                    "a " + word + " machine starts the kernel itself, and this image has none beside its disk");
        }
    }
}
