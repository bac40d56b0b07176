package dev.unipkg.cli.machine.instance;

import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.format.Arch;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The meaning of a machine's end.
public sealed interface Ending {
    /// The program ended with this exit code.
    ///
    /// @param hint what the console says about why, where it does
    record Program(int code, Optional<String> hint) implements Ending {}

    /// The machine was switched off, and the program's exit code is not known.
    record PoweredOff() implements Ending {}

    /// The kernel gave up.
    ///
    /// @param line what it said about why
    record Panic(String line) implements Ending {}

    /// The program could not be started.
    record NotStarted(String line) implements Ending {}

    /// There was too little memory for the kernel or the program.
    record TooLittleMemory(String line) implements Ending {}

    /// The kernel left out some of the files that the guest starts from.
    ///
    /// @param counts what was expected, and what was found
    record Incomplete(String counts) implements Ending {}

    /// The guest could not use the disk that its package is on.
    ///
    /// @param why a sentence
    record NoRoot(String why) implements Ending {}

    /// QEMU itself failed.
    record QemuFailed(String stderr) implements Ending {}

    // Nanos' own codes (VM_EXIT_FAULT and VM_EXIT_HALT in its kernel.h), which a program can return as
    // well.
    int NANOS_FAULT = 126;
    int NANOS_HALT = 127;

    // signal(7), as both kernels report a program that one of them killed.
    int SIGBUS = 7;
    int SIGKILL = 9;
    int SIGSEGV = 11;
    int SIGNALLED = 128;

    // How busybox's env, which starts the program of a Linux guest, ends when it cannot (POSIX, env(1)), and the script
    // before it when there is no such working directory.
    int NOT_EXECUTABLE = 126;
    int NOT_FOUND = 127;

    // The beginning of the line by which the first process of a Linux guest tells that files are missing.
    String INCOMPLETE_LINE = "unipkg-incomplete: ";

    // The beginning of the line by which it tells that the package's disk cannot be the root.
    String NO_ROOT_LINE = "unipkg-no-root: ";

    // The messages of Unikraft's lib/ukboot about a library that does not start, and of lib/ukrandom about a processor
    // without RDRAND
    // or RDSEED. The kernel powers off then, as it does when its program has ended.
    String INIT_FAILED = "Init function at ";
    String NO_RANDOM = "Could not initialize the HWRNG";

    // The line of Unikraft's lib/ukboot with the result of the program, where the kernel prints messages of its level.
    String MAIN_RETURNED = "main returned ";
    Pattern MAIN_RESULT = Pattern.compile(MAIN_RETURNED + "(-?[0-9]{1,9})(?![0-9])");

    /// How a finished QEMU is to be understood.
    ///
    /// @param status QEMU's exit status
    /// @param ran whether the machine is known to have existed
    /// @param stderr what QEMU wrote to stderr
    static Ending of(int status, boolean ran, Guest guest, ConsoleLog console, String stderr) {
        if (!ran) {
            return new QemuFailed(status == 0 && stderr.isEmpty() ? "it ended before it made a machine" : stderr);
        }
        return of(status, ExitReport.of(guest.image()), guest.arch(), console, stderr);
    }

    /// The meaning of the end of a QEMU whose machine existed.
    ///
    /// @param status QEMU's exit status
    /// @param stderr what QEMU wrote to stderr
    static Ending of(int status, ExitReport report, Arch arch, ConsoleLog console, String stderr) {
        return switch (report) {
            case DEVICE -> ofNanos(status, arch, console, stderr);
            case CONSOLE -> ofLinux(status, console, stderr);
            case NONE -> ofUnikraft(status, console, stderr);
        };
    }

    // x86_64: isa-debug-exit makes QEMU exit with (code << 1) | 1. arm64: semihosting makes it exit with
    // the code.
    private static Ending ofNanos(int status, Arch arch, ConsoleLog console, String stderr) {
        boolean doubled = switch (arch) {
            case X86_64 -> true;
            case ARM64, RISCV64 -> false;
        };
        if (status == 0) {
            return doubled ? new PoweredOff() : new Program(0, Optional.empty());
        }
        if (doubled && status % 2 == 0) {
            return new QemuFailed(stderr);
        }
        int code = doubled ? status >> 1 : status;
        Optional<String> memory = console.last("ut of memory");
        if (memory.isPresent() && isFatal(code)) {
            return new TooLittleMemory(memory.get());
        }
        if (code == NANOS_FAULT || code == NANOS_HALT) {
            Optional<String> startup = console.last("program startup failed");
            Optional<String> assertion = console.last("assertion ").or(() -> console.last("no fault handler"));
            if (startup.isPresent()) {
                return new NotStarted(startup.get());
            }
            if (assertion.isPresent() || console.contains("frame trace:")) {
                return new Panic(assertion.orElse("the kernel printed a frame trace"));
            }
        }
        return new Program(code, console.last("*** signal "));
    }

    // A program that got a page too few is killed with SIGBUS or SIGSEGV, a kernel halts.
    private static boolean isFatal(int code) {
        return code == SIGBUS || code == SIGSEGV || code == NANOS_FAULT || code == NANOS_HALT;
    }

    private static Ending ofLinux(int status, ConsoleLog console, String stderr) {
        if (console.exitStatus().isEmpty()) {
            Optional<String> incomplete = after(INCOMPLETE_LINE, console);
            Optional<String> noRoot = after(NO_ROOT_LINE, console);
            if (incomplete.isPresent()) {
                return new Incomplete(incomplete.get());
            }
            if (noRoot.isPresent()) {
                return new NoRoot(noRoot.get());
            }
        }
        Optional<String> panic = console.last("Kernel panic - not syncing");
        Optional<String> memory = console.last("Out of memory")
                .or(() -> console.last("deadlocked on memory"))
                .or(() -> console.last("Initramfs unpacking failed: write error"));
        Optional<Integer> exit = console.exitStatus();
        Optional<String> unstarted = console.last("can't execute")
                .or(() -> console.last("can't cd to"))
                .or(() -> console.last("can't read standard input"));
        if (unstarted.isPresent()
                && (exit.equals(Optional.of(NOT_EXECUTABLE)) || exit.equals(Optional.of(NOT_FOUND)))) {
            return new NotStarted(unstarted.get());
        }
        if (exit.isPresent() && !(memory.isPresent() && exit.get() == SIGNALLED + SIGKILL)) {
            return new Program(exit.get(), Optional.empty());
        }
        if (memory.isPresent()) {
            return new TooLittleMemory(memory.get());
        }
        if (panic.isPresent()) {
            return new Panic(panic.get());
        }
        return status == 0 ? new PoweredOff() : new QemuFailed(stderr);
    }

    // A kernel that crashes halts or powers off, and so does one whose program ended.
    private static Ending ofUnikraft(int status, ConsoleLog console, String stderr) {
        if (status != 0) {
            return new QemuFailed(stderr);
        }
        Optional<String> crash = console.last("Unikraft crash").or(() -> console.last("Unhandled Trap"));
        if (crash.isPresent()) {
            return new Panic(crash.get());
        }
        if (console.last(NO_RANDOM).isPresent()) {
            return new NotStarted("its kernel wants random numbers of the processor, which a QEMU before version 8 has"
                    + " only with KVM");
        }
        Optional<String> failed = console.last(INIT_FAILED);
        if (failed.isPresent()) {
            return new NotStarted(failed.get());
        }
        Optional<Integer> returned = console.last(MAIN_RETURNED)
                .map(MAIN_RESULT::matcher)
                .filter(Matcher::find)
                .map(result -> Integer.parseInt(result.group(1)) & 0xff);
        return returned.isPresent() ? new Program(returned.get(), Optional.empty()) : new PoweredOff();
    }

    private static Optional<String> after(String beginning, ConsoleLog console) {
        return console.last(beginning).map(line -> line.substring(line.indexOf(beginning) + beginning.length()));
    }
}
