package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.machine.boot.BootResult;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.format.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The output of `pkg run`.
record RunReport(Session session, Bootable bootable, List<PortForward> forwards) {
    /// Prints how the run ended and gives the exit code.
    int print(BootResult result) {
        return switch (result) {
            case BootResult.Exit exit -> {
                if (session.out().isJson()) {
                    session.messages().fail(json(exit));
                }
                yield exit.code();
            }
            case BootResult.LeftRunning left -> {
                session.out().print(json(left), left.name());
                if (left.late().isPresent()) {
                    throw left.late().get();
                }
                yield ExitCode.DONE.number();
            }
        };
    }

    // On stderr, as stdout is the guest's console. The guest's own code stands beside pkg's: 130 may be either.
    private static String json(BootResult.Exit exit) {
        Json.Obj guest = Json.object()
                .putIfPresent("exitCode", exit.guest().map(code -> new Json.Num(BigDecimal.valueOf(code))))
                .build();
        Json.Obj ended = Json.object()
                .put("exit", exit.code())
                .putIfPresent("guest", guest.members().isEmpty() ? Optional.empty() : Optional.of(guest))
                .build();
        return new String(Json.object().put("ended", ended).build().toBytes(), StandardCharsets.UTF_8);
    }

    private Json json(BootResult.LeftRunning left) {
        return Json.object()
                .put("name", left.name())
                .put("pid", left.pid())
                .put("folder", left.folder().toString())
                .put("console", left.console().toString())
                .put("package", bootable.name().toString())
                .put("version", bootable.label())
                .put("kernel", bootable.kernelName())
                .put("forwards", Json.texts(forwards))
                .putIfPresent("ready", ready(left).map(Json.Bool::new))
                .build();
    }

    // Says nothing where no probe ran.
    private static Optional<Boolean> ready(BootResult.LeftRunning left) {
        return left.late().isPresent() ? Optional.of(false) : left.readyMillis().map(millis -> true);
    }
}
