package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.instance.Ending;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Memory;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The messages about a machine that ended, and the exit code of pkg.
final class MachineReport {
    private MachineReport() {}

    /// How pkg ends with an instance that ended by itself.
    ///
    /// @param awaited whether the readiness probe had not succeeded yet
    /// @throws Failure where the guest failed rather than its program
    static BootResult exit(Ending ending, BootPlan plan, ConsoleLog log, boolean awaited, Messages messages) {
        return switch (ending) {
            case Ending.Program program -> {
                sayEnd(program, plan, log, awaited, messages);
                yield new BootResult.Exit(program.code());
            }
            case Ending.PoweredOff _ -> {
                if (awaited) {
                    throw guestFailed(
                            "not-ready", plan.reference() + " switched itself off before it was ready" + log.shown());
                }
                yield new BootResult.Exit(0, Optional.empty());
            }
            case Ending.Panic(var line) ->
                throw guestFailed(
                        "kernel-panic", "the kernel of " + plan.reference() + " panicked: " + line + log.shown());
            case Ending.NotStarted(var line) ->
                throw guestFailed(
                        "program-not-started",
                        "the program of " + plan.reference() + " could not be started: " + line + log.shown());
            case Ending.TooLittleMemory(var line) ->
                throw guestFailed(
                                "too-little-memory",
                                plan.guest().memory() + " of memory are too little for " + plan.reference() + ": "
                                        + line + log.shown())
                        .next("give it more, as in -m " + twice(plan));
            case Ending.Incomplete(var counts) ->
                throw guestFailed(
                                "files-incomplete",
                                "the files of " + plan.reference() + " are not whole in its guest, which has "
                                        + plan.guest().memory() + " of memory: " + counts)
                        .next("give it more memory, as in -m " + twice(plan));
            case Ending.NoRoot(var why) ->
                throw guestFailed("no-root", plan.reference() + " is on a disk, and its guest cannot use it: " + why)
                        .next("give it more memory, as in -m " + twice(plan)
                                + ", or make the image anew after pkg cache rm");
            case Ending.QemuFailed(var why) ->
                throw Failure.failed(plan.machine().program().name() + " failed" + (why.isEmpty() ? "" : ": " + why));
        };
    }

    private static void sayEnd(
            Ending.Program ended, BootPlan plan, ConsoleLog log, boolean awaited, Messages messages) {
        ended.hint().ifPresent(line -> messages.fail(plan.reference() + " ended with " + ended.code() + ": " + line));
        if (awaited) {
            messages.fail(
                    plan.reference() + " ended with exit code " + ended.code() + " before it was ready" + log.shown());
        }
    }

    private static Memory twice(BootPlan plan) {
        return new Memory(plan.guest().memory().mebibytes() * 2);
    }

    static Failure guestFailed(String code, String sentence) {
        return new Failure(ExitCode.GUEST_FAILED, code, sentence);
    }

    static Failure acceleratorFailed(String what, Attempt attempt) throws IOException {
        return guestFailed(
                        "accelerator-failed",
                        what + " under " + attempt.accelerator() + ": " + firstLine(attempt.stderr())
                                + attempt.console().shown())
                .next("run with --accel tcg");
    }

    /// The sentence for a guest that has answered, booted or resumed.
    static String answer(BootPlan plan, Attempt attempt, long millis) {
        return plan.reference() + (attempt.mode().resumes() ? " resumed, answers after " : " is ready after ") + millis
                + " ms (" + plan.machine().word() + ", " + attempt.accelerator() + ")"
                + addresses(plan.guest().forwards());
    }

    /// The forwarded addresses of the guest, as text after a colon; empty if there are none.
    private static String addresses(List<PortForward> forwards) {
        return forwards.stream()
                .map(forward -> forward.hostAddress() + ":" + forward.hostPort() + " → " + forward.guestPort()
                        + (forward.protocol() == PortForward.Protocol.UDP ? "/udp" : ""))
                .collect(Collectors.joining(", ", forwards.isEmpty() ? "" : ": ", ""));
    }

    /// The line that tells why QEMU ended. It warns of what it can do without.
    static String firstLine(String text) {
        return text.lines()
                .filter(line -> !line.contains(" warning: "))
                .findFirst()
                .or(() -> text.lines().findFirst())
                .orElse("it gave no reason");
    }
}
