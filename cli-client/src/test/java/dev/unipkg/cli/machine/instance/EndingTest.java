package dev.unipkg.cli.machine.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.Memory;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndingTest {
    private static final Image DISK = new Image.Disk(Path.of("disk"), Optional.empty());
    private static final Image LINUX = new Image.KernelAndInitrd(Path.of("vmlinuz"), Path.of("initrd"), "", 0);

    @ParameterizedTest
    @CsvSource({"1,0", "7,3", "23,11", "201,100", "253,126", "255,127"})
    void halvesWhatIsaDebugExitMadeOfTheCode(int status, int code) {
        assertThat(nanos(status, "hello\n")).isEqualTo(new Ending.Program(code, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "127"})
    void takesTheCodeOfSemihostingAsItIs(int status) {
        Guest arm = new Guest(DISK, Arch.ARM64, new Memory(256), 1, new Network(List.of(), Network.Reach.HOST));
        assertThat(Ending.of(status, true, arm, ConsoleLog.of(""), ""))
                .isEqualTo(new Ending.Program(status, Optional.empty()));
    }

    @Test
    void tellsAFailureOfQemuFromAProgramThatEndedWell() {
        assertThat(Ending.of(1, false, guest(DISK), ConsoleLog.of(""), "Could not open 'disk.qcow2'"))
                .isEqualTo(new Ending.QemuFailed("Could not open 'disk.qcow2'"));
        assertThat(Ending.of(0, false, guest(DISK), ConsoleLog.of(""), ""))
                .isEqualTo(new Ending.QemuFailed("it ended before it made a machine"));
        assertThat(Ending.of(134, true, guest(DISK), ConsoleLog.of(""), "Aborted"))
                .isEqualTo(new Ending.QemuFailed("Aborted"));
    }

    @Test
    void recognisesWhatNanosSays() {
        assertThat(nanos(255, "program startup failed on exec: (result:unable to open program file /nope)\n"))
                .isEqualTo(new Ending.NotStarted(
                        "program startup failed on exec: (result:unable to open program file /nope)"));
        assertThat(nanos(255, "\nframe trace: \nffffc000\nassertion program failed at special.c:367\n"))
                .isEqualTo(new Ending.Panic("assertion program failed at special.c:367"));
        assertThat(nanos(253, "no fault handler\ncpu 0\nframe trace:\n"))
                .isEqualTo(new Ending.Panic("no fault handler"));
        assertThat(nanos(15, "[1.6] page fill failed with (result:out of memory)\n\n*** signal 7 received by tid 2\n"))
                .isEqualTo(new Ending.TooLittleMemory("[1.6] page fill failed with (result:out of memory)"));
        assertThat(nanos(255, "Out of memory: cannot allocate 4194304 bytes\n"))
                .isEqualTo(new Ending.TooLittleMemory("Out of memory: cannot allocate 4194304 bytes"));
        assertThat(nanos(23, "*** signal 11 received by tid 2, errno 0, code 1\n"))
                .isEqualTo(new Ending.Program(11, Optional.of("*** signal 11 received by tid 2, errno 0, code 1")));
        assertThat(nanos(0, "")).isEqualTo(new Ending.PoweredOff());
    }

    @Test
    void recognisesWhatLinuxSays() {
        assertThat(linux("hello\r\nunipkg-exit: 143\r\n")).isEqualTo(new Ending.Program(143, Optional.empty()));
        assertThat(linux("[ 1.4] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n"))
                .isEqualTo(new Ending.Panic(
                        "[ 1.4] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100"));
        assertThat(linux("[ 2.2] Kernel panic - not syncing: System is deadlocked on memory\n"))
                .isEqualTo(new Ending.TooLittleMemory(
                        "[ 2.2] Kernel panic - not syncing: System is deadlocked on memory"));
        assertThat(
                        linux(
                                "[ 1.7] Initramfs unpacking failed: write error\n[ 2.7] Kernel panic - not syncing: No working init found.\n"))
                .isEqualTo(new Ending.TooLittleMemory("[ 1.7] Initramfs unpacking failed: write error"));
        assertThat(linux("[ 9.0] Out of memory: Killed process 77 (redis)\nunipkg-exit: 137\n"))
                .isEqualTo(new Ending.TooLittleMemory("[ 9.0] Out of memory: Killed process 77 (redis)"));
        assertThat(linux("env: can't execute '/etc/motd': Exec format error\nunipkg-exit: 126\n"))
                .isEqualTo(new Ending.NotStarted("env: can't execute '/etc/motd': Exec format error"));
        assertThat(linux("unipkg: can't read standard input: no module\n\0unipkg-exit: 126\n"))
                .isEqualTo(new Ending.NotStarted("unipkg: can't read standard input: no module"));
        assertThat(linux("sh: cd: line 0: can't cd to /srv: No such file or directory\nunipkg-exit: 126\n"))
                .isEqualTo(new Ending.NotStarted("sh: cd: line 0: can't cd to /srv: No such file or directory"));
        assertThat(linux("unipkg-incomplete: expected 9 files and folders of 8 KiB, found 7 of 4 KiB\r\n"))
                .isEqualTo(new Ending.Incomplete("expected 9 files and folders of 8 KiB, found 7 of 4 KiB"));
        assertThat(linux("unipkg-no-root: the kernel does not read the disk of the package\r\n"))
                .isEqualTo(new Ending.NoRoot("the kernel does not read the disk of the package"));
        assertThat(linux("a program says unipkg-no-root: x\r\nunipkg-exit: 0\r\n"))
                .isEqualTo(new Ending.Program(0, Optional.empty()));
        assertThat(linux("a program says unipkg-incomplete: x\r\nunipkg-exit: 0\r\n"))
                .isEqualTo(new Ending.Program(0, Optional.empty()));
        assertThat(linux("")).isEqualTo(new Ending.PoweredOff());
    }

    @Test
    void recognisesWhatUnikraftSays() {
        assertThat(unikraft(0, "Hello, world!\n")).isEqualTo(new Ending.PoweredOff());
        assertThat(unikraft(0, "[    0.1] Info: <init> [libukboot] <boot.c @  503> main returned 3\n"))
                .isEqualTo(new Ending.Program(3, Optional.empty()));
        assertThat(unikraft(0, "[    0.1] Info: [libukboot] main returned -1\n[    0.2] Info: Unikraft halted\n"))
                .isEqualTo(new Ending.Program(255, Optional.empty()));
        assertThat(unikraft(0, "main returned nothing\n")).isEqualTo(new Ending.PoweredOff());
        assertThat(unikraft(0, "[ 0.1] CRIT: Unhandled Trap 14 (page fault), error code=0x2\n"))
                .isEqualTo(new Ending.Panic("[ 0.1] CRIT: Unhandled Trap 14 (page fault), error code=0x2"));
        assertThat(unikraft(
                        0, "[ 0.1] ERR:  [libukboot] <boot.c @  385> Init function at 0x125590 returned error -5\n"))
                .isEqualTo(new Ending.NotStarted(
                        "[ 0.1] ERR:  [libukboot] <boot.c @  385> Init function at 0x125590 returned error -5"));
        assertThat(unikraft(0, "a program's call returned error 5\n")).isEqualTo(new Ending.PoweredOff());
        assertThat(unikraft(0, """
                        [ 0.1] ERR:  [libukrandom] <random.c @   65> Could not initialize the HWRNG (-95)
                        [ 0.1] ERR:  [libukboot] <boot.c @  385> Init function at 0x125590 returned error -95
                        """))
                .isEqualTo(new Ending.NotStarted("its kernel wants random numbers of the processor, which"
                        + " a QEMU before version 8 has only with KVM"));
        assertThat(unikraft(1, "")).isEqualTo(new Ending.QemuFailed("qemu says so"));
    }

    private static Ending unikraft(int status, String console) {
        Image image = new Image.Unikernel(Path.of("kernel"), Optional.empty(), "");
        return Ending.of(status, true, guest(image), ConsoleLog.of(console), "qemu says so");
    }

    private static Ending nanos(int status, String console) {
        return Ending.of(status, true, guest(DISK), ConsoleLog.of(console), "");
    }

    private static Ending linux(String console) {
        return Ending.of(0, true, guest(LINUX), ConsoleLog.of(console), "");
    }

    private static Guest guest(Image image) {
        return new Guest(image, Arch.X86_64, new Memory(256), 1, new Network(List.of(), Network.Reach.HOST));
    }
}
