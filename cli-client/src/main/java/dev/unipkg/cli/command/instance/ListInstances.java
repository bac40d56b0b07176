package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.output.Table;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pkg ps`.
@Command(
        name = "ps",
        description = "List the instances that run; with -a also those that have ended, with their exit codes.",
        footer = {"", "Examples:", "  pkg ps", "  pkg ps -a --output json"})
public final class ListInstances implements Verb {
    @Option(
            names = {"-a", "--all"},
            description = "Also those that have ended and were not removed.")
    boolean all;

    @Override
    public int run(Session session) throws IOException {
        Instances instances = session.instances();
        List<InstanceSummary> shown = (all ? instances.all() : instances.notEnded())
                .stream().map(InstanceSummary::new).toList();
        Instant now = Instant.now();
        Table table = new Table("NAME", "PACKAGE", "STATUS", "MEMORY", "PORTS");
        for (InstanceSummary each : shown) {
            table.row(each.seen().name(), each.packageName(), each.status(now), each.memory(), each.ports());
        }
        if (shown.isEmpty()) {
            session.messages()
                    .say(all ? "no instances" : "no instances run; pkg ps -a shows those that have ended, too");
        }
        session.out()
                .print(
                        () -> Json.object()
                                .putAll("instances", shown, InstanceSummary::json)
                                .build(),
                        shown.isEmpty() ? "" : table.toString());
        return 0;
    }
}
