package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.InstanceStop;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg inspect`.
@Command(
        name = "inspect",
        description = "Print all that is known of an instance, as JSON: its state, and its record on the shelf.",
        footer = {"", "Examples:", "  pkg inspect web", "  pkg inspect nginx-3f2a"})
public final class InspectInstance implements Verb {
    @Parameters(paramLabel = "<instance>", description = "The name of the instance.")
    InstanceName name;

    @Override
    public int run(Session session) throws IOException {
        Instances.Snapshot seen = session.instances().require(name);
        Instance instance = InstanceStop.requireKnown(seen);
        Json json = Json.object()
                .put("state", new InstanceSummary(seen).json())
                .put("record", instance.toJson())
                .build();
        session.out().print(json, json.toPrettyString().stripTrailing());
        return 0;
    }
}
