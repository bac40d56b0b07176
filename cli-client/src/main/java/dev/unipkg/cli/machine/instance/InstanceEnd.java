package dev.unipkg.cli.machine.instance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// The end of an instance.
///
/// @param exitCode as `pkg run` would have ended with; empty if it was not recorded
/// @param cause a stable word: `program` where the code is the program's own
/// @param at when, as far as the folder tells
public record InstanceEnd(Optional<Integer> exitCode, String cause, Instant at) {
    /// 128 and SIGKILL, as programs end that this signal kills.
    public static final int KILLED = 128 + 9;

    static InstanceEnd of(InstanceFolder folder, Instance instance) throws IOException {
        Path exit = folder.file(QemuLaunch.EXIT);
        if (folder.wasKilled()) {
            return new InstanceEnd(Optional.of(KILLED), "killed", lastWritten(folder.path()));
        }
        try {
            int status = Integer.parseInt(new String(folder.bytes(QemuLaunch.EXIT), UTF_8).strip());
            return of(status, folder, instance, Files.getLastModifiedTime(exit).toInstant());
        } catch (NoSuchFileException | IllegalArgumentException e) {
            boolean hostDown = instance.pkg().isOfEarlierBoot();
            return new InstanceEnd(Optional.empty(), hostDown ? "host-down" : "unknown", lastWritten(folder.path()));
        }
    }

    private static InstanceEnd of(int status, InstanceFolder folder, Instance instance, Instant at) throws IOException {
        Instance.Setup setup = instance.setup();
        String stderr = Files.readString(folder.file(QemuLaunch.LOG), UTF_8).strip();
        Ending ending = Ending.of(status, setup.exitReport(), setup.arch(), ConsoleLog.read(folder.path()), stderr);
        int guestFailed = ExitCode.GUEST_FAILED.number();
        return switch (ending) {
            case Ending.Program(var code, var _) -> new InstanceEnd(Optional.of(code), "program", at);
            case Ending.PoweredOff _ -> new InstanceEnd(Optional.of(0), "powered-off", at);
            case Ending.Panic _ -> new InstanceEnd(Optional.of(guestFailed), "kernel-panic", at);
            case Ending.NotStarted _ -> new InstanceEnd(Optional.of(guestFailed), "program-not-started", at);
            case Ending.TooLittleMemory _ -> new InstanceEnd(Optional.of(guestFailed), "too-little-memory", at);
            case Ending.Incomplete _ -> new InstanceEnd(Optional.of(guestFailed), "files-incomplete", at);
            case Ending.NoRoot _ -> new InstanceEnd(Optional.of(guestFailed), "no-root", at);
            case Ending.QemuFailed _ -> new InstanceEnd(Optional.of(ExitCode.FAILED.number()), "qemu-failed", at);
        };
    }

    // An instance that ended with its host has no file that says when. The last byte that its guest wrote is near.
    private static Instant lastWritten(Path folder) throws IOException {
        Instant last = Files.getLastModifiedTime(folder).toInstant();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Instant written = Files.getLastModifiedTime(file).toInstant();
                last = written.isAfter(last) ? written : last;
            }
        }
        return last;
    }
}
