package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.InstanceEnd;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.json.Json;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg wait`.
@Command(
        name = "wait",
        description = {
            "Wait until a detached instance has ended.",
            "Prints its exit code and ends with it, as pkg run does in the foreground."
        },
        footer = {"", "Examples:", "  pkg wait web", "  pkg wait --output json web"})
public final class AwaitInstance implements Verb {
    @Parameters(paramLabel = "<instance>", description = "The name of the instance.")
    InstanceName name;

    @Override
    public int run(Session session) throws Exception {
        Instances.Snapshot seen = session.instances().require(name);
        Optional<InstanceEnd> end = Instances.awaitEnd(seen);
        if (end.isEmpty()) {
            throw Failure.notFound(name + " has ended and is gone; its exit code went to the pkg that ran it")
                    .next("start it with -d to wait for it");
        }
        int code = end.get()
                .exitCode()
                .orElseThrow(() -> new Failure(
                        ExitCode.GUEST_FAILED,
                        end.get().cause(),
                        name
                                + (end.get().cause().equals("host-down")
                                        ? " ended with this host, without an exit code"
                                        : " ended without an exit code")));
        Json json = Json.object()
                .put("name", name.text())
                .put("exitCode", code)
                .put("cause", end.get().cause())
                .put("ended", end.get().at().toString())
                .build();
        session.out().print(json, Integer.toString(code));
        return code;
    }
}
