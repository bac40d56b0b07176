package dev.unipkg.cli.machine;

import dev.unipkg.cli.talk.ExitCode;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.cli.talk.Talk;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What pkg says about a machine, and the exit code that goes with it.
final class MachineReport {
    private MachineReport() {}

    /// How pkg ends with an instance that ended by itself.
    ///
    /// @param awaited whether the readiness probe had not succeeded yet
    /// @throws Failure where the guest failed rather than its program
    static Boot.Result exit(Ending ending, Boot.Plan plan, ConsoleLog log, boolean awaited, Talk talk) {
        return switch (ending) {
            case Ending.Program(var code, var hint) -> {
                hint.ifPresent(line -> talk.fail(plan.reference() + " ended with " + code + ": " + line));
                if (awaited) {
                    talk.fail(
                            plan.reference() + " ended with exit code " + code + " before it was ready" + log.shown());
                }
                yield new Boot.Result.Exit(code);
            }
            case Ending.PoweredOff _ -> {
                if (awaited) {
                    throw guestFailed(
                            "not-ready", plan.reference() + " switched itself off before it was ready" + log.shown());
                }
                yield new Boot.Result.Exit(0, Optional.empty());
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
                        .next("give it more, as in -m "
                                + new Memory(plan.guest().memory().mebibytes() * 2));
            case Ending.Incomplete(var counts) ->
                throw guestFailed(
                                "files-incomplete",
                                "the files of " + plan.reference() + " are not whole in its guest, which has "
                                        + plan.guest().memory() + " of memory: " + counts)
                        .next("give it more memory, as in -m "
                                + new Memory(plan.guest().memory().mebibytes() * 2));
            case Ending.NoRoot(var why) ->
                throw guestFailed("no-root", plan.reference() + " is on a disk, and its guest cannot use it: " + why)
                        .next("give it more memory, as in -m "
                                + new Memory(plan.guest().memory().mebibytes() * 2)
                                + ", or make the image anew after pkg cache rm");
            case Ending.QemuFailed(var said) ->
                throw Failure.failed(plan.machine().program().name() + " failed" + (said.isEmpty() ? "" : ": " + said));
        };
    }

    static Failure guestFailed(String code, String sentence) {
        return new Failure(ExitCode.GUEST_FAILED, code, sentence);
    }

    /// Where the guest can be reached, as ": http://…"-like text; empty where nowhere.
    static String addresses(List<PortForward> forwards) {
        return forwards.stream()
                .map(forward -> forward.hostAddress() + ":" + forward.hostPort() + " → " + forward.guestPort()
                        + (forward.protocol() == PortForward.Protocol.UDP ? "/udp" : ""))
                .collect(Collectors.joining(", ", forwards.isEmpty() ? "" : ": ", ""));
    }

    static String firstLine(String text) {
        return text.lines().findFirst().orElse("it gave no reason");
    }
}
