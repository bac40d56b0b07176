package dev.unipkg.cli.machine.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Whole command lines, one option and its value a line.
class QemuTest {
    private static final Image DISK = new Image.Disk(Path.of("/shelf/disk"), Optional.empty());
    private static final Image DISK_AND_KERNEL =
            new Image.Disk(Path.of("/shelf/disk"), Optional.of(Path.of("/shelf/kernel")));
    private static final Image LINUX = new Image.KernelAndInitrd(
            Path.of("/shelf/vmlinuz"), Path.of("/shelf/initrd"), "console=ttyS0 quiet panic=-1", 0);
    private static final Optional<Path> QBOOT = Optional.of(Path.of("/usr/share/qemu/qboot.rom"));

    @Test
    void bootsADiskWithTheBios() {
        assertThat(commandLine(guest(DISK, Arch.X86_64, "8080:80"), "", QBOOT, Accelerator.TCG))
                .isEqualTo("""
                        /usr/bin/qemu-system-x86_64
                        -machine q35
                        -accel tcg
                        -cpu max
                        -smp 2
                        -m 256M
                        -nodefaults
                        -no-user-config
                        -no-reboot
                        -display none
                        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
                        -pidfile qemu.pid
                        -chardev stdio,id=console,signal=off
                        -serial chardev:console
                        -chardev socket,id=watch,path=watch.sock
                        -mon chardev=watch,mode=control
                        -qmp unix:control.sock,server=on,wait=off
                        -drive if=none,id=root,format=qcow2,file=disk.qcow2,cache=unsafe
                        -device virtio-blk-pci,drive=root,bootindex=0
                        -device isa-debug-exit
                        -netdev user,id=net,hostfwd=tcp:127.0.0.1:8080-:80
                        -object filter-dump,id=traffic,netdev=net,file=traffic.pipe,maxlen=94
                        -device virtio-net-pci,netdev=net,romfile=,mac=52:54:00:12:34:56
                        """);
    }

    @Test
    void startsAKernelBesideItsDiskWithTheMinimalFirmware() {
        assertThat(commandLine(guest(DISK_AND_KERNEL, Arch.X86_64, "8080:80"), "", QBOOT, Accelerator.KVM))
                .contains("-machine q35\n-accel kvm\n-cpu host\n")
                .contains("""
                        -bios /usr/share/qemu/qboot.rom
                        -kernel /shelf/kernel
                        -drive if=none,id=root,format=qcow2,file=disk.qcow2,cache=unsafe
                        -device virtio-blk-pci,drive=root
                        -device isa-debug-exit
                        """);
    }

    @Test
    void bootsTheDiskWhereTheMinimalFirmwareIsMissing() {
        assertThat(commandLine(guest(DISK_AND_KERNEL, Arch.X86_64), "", Optional.empty(), Accelerator.TCG))
                .doesNotContain("-kernel", "-bios")
                .contains("bootindex=0");
    }

    @Test
    void bootsLinuxWithSeveralForwards() {
        assertThat(commandLine(guest(LINUX, Arch.X86_64, "8080:80", "0.0.0.0:5353:53/udp"), "", QBOOT, Accelerator.TCG))
                .isEqualTo("""
                        /usr/bin/qemu-system-x86_64
                        -machine q35
                        -accel tcg
                        -cpu max
                        -smp 2
                        -m 256M
                        -nodefaults
                        -no-user-config
                        -no-reboot
                        -display none
                        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
                        -pidfile qemu.pid
                        -chardev stdio,id=console,signal=off
                        -serial chardev:console
                        -chardev socket,id=watch,path=watch.sock
                        -mon chardev=watch,mode=control
                        -qmp unix:control.sock,server=on,wait=off
                        -kernel /shelf/vmlinuz
                        -initrd /shelf/initrd
                        -append console=ttyS0 quiet panic=-1
                        -netdev user,id=net,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=udp:0.0.0.0:5353-:53
                        -object filter-dump,id=traffic,netdev=net,file=traffic.pipe,maxlen=94
                        -device virtio-net-pci,netdev=net,romfile=,mac=52:54:00:12:34:56
                        """);
    }

    @Test
    void bootsAMicrovm() {
        assertThat(commandLine(guest(DISK_AND_KERNEL, Arch.X86_64, "8080:80"), "microvm", QBOOT, Accelerator.TCG))
                .isEqualTo("""
                        /usr/bin/qemu-system-x86_64
                        -machine microvm,rtc=on,ioapic2=off
                        -accel tcg
                        -cpu max
                        -global virtio-mmio.force-legacy=false
                        -smp 2
                        -m 256M
                        -nodefaults
                        -no-user-config
                        -no-reboot
                        -display none
                        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
                        -pidfile qemu.pid
                        -chardev stdio,id=console,signal=off
                        -serial chardev:console
                        -chardev socket,id=watch,path=watch.sock
                        -mon chardev=watch,mode=control
                        -qmp unix:control.sock,server=on,wait=off
                        -kernel /shelf/kernel
                        -drive if=none,id=root,format=qcow2,file=disk.qcow2,cache=unsafe
                        -device virtio-blk-device,drive=root
                        -device isa-debug-exit
                        -netdev user,id=net,hostfwd=tcp:127.0.0.1:8080-:80
                        -object filter-dump,id=traffic,netdev=net,file=traffic.pipe,maxlen=94
                        -device virtio-net-device,netdev=net,mac=52:54:00:12:34:56
                        """);
    }

    @Test
    void bootsArm64OnItsBoard() {
        assertThat(commandLine(guest(DISK_AND_KERNEL, Arch.ARM64, "8080:80"), "", QBOOT, Accelerator.TCG))
                .isEqualTo("""
                        /usr/bin/qemu-system-aarch64
                        -machine virt,gic-version=2,highmem=off
                        -accel tcg
                        -cpu max
                        -smp 2
                        -m 256M
                        -nodefaults
                        -no-user-config
                        -no-reboot
                        -display none
                        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
                        -pidfile qemu.pid
                        -chardev stdio,id=console,signal=off
                        -serial chardev:console
                        -chardev socket,id=watch,path=watch.sock
                        -mon chardev=watch,mode=control
                        -qmp unix:control.sock,server=on,wait=off
                        -kernel /shelf/kernel
                        -drive if=none,id=root,format=qcow2,file=disk.qcow2,cache=unsafe
                        -device virtio-blk-pci,drive=root
                        -device virtio-rng-pci
                        -chardev null,id=nowhere
                        -semihosting-config enable=on,target=gdb,chardev=nowhere
                        -netdev user,id=net,hostfwd=tcp:127.0.0.1:8080-:80
                        -object filter-dump,id=traffic,netdev=net,file=traffic.pipe,maxlen=94
                        -device virtio-net-pci,netdev=net,romfile=,mac=52:54:00:12:34:56
                        """);
    }

    @Test
    void anIsolatedGuestIsReachedAndReachesNothing() {
        Network network = new Network(List.of(PortForward.parse("8080:80")), Network.Reach.NOTHING);
        Guest guest = new Guest(DISK, Arch.X86_64, new Memory(256), 2, network);

        assertThat(commandLine(guest, "", QBOOT, Accelerator.TCG))
                .contains("-netdev user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:8080-:80\n");
    }

    @Test
    void namesThePackageWhereQemuIsMissing() {
        assertThatThrownBy(() -> Qemu.require(new Machine.Virt(), "/nowhere"))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure)
                            .hasMessage("qemu-system-aarch64 is not on the PATH; pkg boots machines with QEMU");
                    assertThat(failure.next()).contains("on Debian or Ubuntu: apt-get install qemu-system-arm");
                    assertThat(failure.exit()).isEqualTo(ExitCode.FAILED);
                });
    }

    @Test
    void refusesAMachineForAnotherArchitecture() {
        assertThatThrownBy(() -> Machine.of(guest(DISK_AND_KERNEL, Arch.ARM64), Optional.of("q35"), QBOOT))
                .isInstanceOf(Failure.class)
                .hasMessage("a q35 machine boots x86_64, and this image is for arm64");
    }

    @Test
    void refusesAMachineThatNobodyKnows() {
        assertThatThrownBy(() -> Machine.of(guest(DISK, Arch.X86_64), Optional.of("pdp11"), QBOOT))
                .isInstanceOf(Failure.class)
                .hasMessage("no machine is called pdp11; there are q35, microvm and virt");
    }

    @Test
    void refusesADiskWithoutItsKernelWhereTheMachineStartsIt() {
        assertThatThrownBy(() -> Machine.of(guest(DISK, Arch.ARM64), Optional.empty(), QBOOT))
                .isInstanceOf(Failure.class)
                .hasMessage("a virt machine starts the kernel itself, and this image has none beside its disk");
    }

    @Test
    void diskOfALinuxPackageIsAttachedToBeReadOnly() {
        Image linux = new Image.KernelAndInitrd(
                Path.of("/i/vmlinuz"),
                Path.of("/i/initrd.cpio"),
                Optional.of(Path.of("/i/a,b/root.erofs")),
                "quiet",
                0);
        for (String machine : List.of("q35", "virt")) {
            Arch arch = machine.equals("virt") ? Arch.ARM64 : Arch.X86_64;
            assertThat(commandLine(guest(linux, arch), machine, QBOOT, Accelerator.TCG))
                    .contains("-drive if=none,id=root,format=raw,readonly=on,file=/i/a,,b/root.erofs"
                            + "\n-device virtio-blk-pci,drive=root");
        }
    }

    @Test
    void refusesLinuxOnAMicrovm() {
        Image linux = new Image.KernelAndInitrd(Path.of("vmlinuz"), Path.of("initrd.cpio"), "quiet", 0);
        assertThatThrownBy(() -> Machine.of(guest(linux, Arch.X86_64), Optional.of("microvm"), QBOOT))
                .isInstanceOf(Failure.class)
                .hasMessage("a microvm machine boots nanos, and this image is made with linux");
    }

    @Test
    void bootsAUnikraftImageAsKraftkitDoes() {
        Image image = new Image.Unikernel(
                Path.of("/shelf/kernel"), Optional.of(Path.of("/shelf/initrd")), "env.vars=[ \"A=1\" ] -- /nginx");
        assertThat(commandLine(guest(image, Arch.X86_64, "8080:80"), "", QBOOT, Accelerator.TCG))
                .isEqualTo("""
                        /usr/bin/qemu-system-x86_64
                        -machine pc
                        -accel tcg
                        -cpu max
                        -smp 2
                        -m 256M
                        -nodefaults
                        -no-user-config
                        -no-reboot
                        -display none
                        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
                        -pidfile qemu.pid
                        -chardev stdio,id=console,signal=off
                        -serial chardev:console
                        -chardev socket,id=watch,path=watch.sock
                        -mon chardev=watch,mode=control
                        -qmp unix:control.sock,server=on,wait=off
                        -kernel /shelf/kernel
                        -initrd /shelf/initrd
                        -append env.vars=[ "A=1" ] -- /nginx
                        -device pvpanic
                        -netdev user,id=net,hostfwd=tcp:127.0.0.1:8080-:80
                        -object filter-dump,id=traffic,netdev=net,file=traffic.pipe,maxlen=94
                        -device virtio-net-pci,netdev=net,romfile=,mac=52:54:00:12:34:56
                        """);
    }

    @Test
    void bootsAUnikraftImageWithoutAnInitrdOnArm() {
        Image image = new Image.Unikernel(Path.of("/shelf/kernel"), Optional.empty(), "");
        assertThat(commandLine(guest(image, Arch.ARM64), "", QBOOT, Accelerator.TCG))
                .contains("-machine virt,gic-version=2,highmem=off\n", "-kernel /shelf/kernel\n-append ")
                .doesNotContain("-initrd", "pvpanic");
        assertThatThrownBy(() -> Machine.of(guest(image, Arch.X86_64), Optional.of("microvm"), QBOOT))
                .hasMessage("a microvm machine boots nanos, and this is a Unikraft image");
    }

    private static Guest guest(Image image, Arch arch, String... forwards) {
        return new Guest(
                image,
                arch,
                new Memory(256),
                2,
                new Network(List.of(forwards).stream().map(PortForward::parse).toList(), Network.Reach.HOST));
    }

    private static String commandLine(Guest guest, String word, Optional<Path> qboot, Accelerator accelerator) {
        Machine machine = Machine.of(guest, Optional.of(word).filter(w -> !w.isEmpty()), qboot);
        Path binary = Path.of("/usr/bin", machine.program().name());
        BootPlan plan = new BootPlan(
                "test",
                binary,
                machine,
                guest,
                Accelerator.Choice.AUTO,
                false,
                new BootPlan.Waiting(Optional.empty(), Duration.ZERO, BootPlan.OnTimeout.KEEP, Duration.ZERO));
        List<String> words = Qemu.commandLine(
                plan,
                new LaunchMode(accelerator, true, Optional.empty(), new GuestMemory.Own()),
                new Qemu.Channels("watch.sock", Optional.empty(), OptionalInt.of(94), Optional.empty()));
        StringBuilder lines = new StringBuilder(words.getFirst());
        for (String next : words.subList(1, words.size())) {
            lines.append(next.startsWith("-") ? "\n" : " ").append(next);
        }
        return lines.append("\n").toString();
    }
}
