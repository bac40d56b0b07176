package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.InstanceStop;
import dev.unipkg.cli.machine.instance.Instances;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg kill`.
@Command(
        name = "kill",
        description = {
            "End the machines of instances at once, without asking their guests.",
            "Prints the name of each one that has ended."
        },
        footer = {"", "Examples:", "  pkg kill web", "  pkg kill web db"})
public final class Kill implements Verb {
    @Parameters(arity = "1..*", paramLabel = "<instance>", description = "The names of the instances.")
    List<InstanceName> names = List.of();

    @Override
    public int run(Session session) throws Exception {
        return new EachInstance(session, names).inParallel(name -> {
            Instances.Snapshot seen = session.instances().require(name);
            if (InstanceStop.requireKnown(seen).isRunning()) {
                InstanceStop.of(seen).kill();
            } else {
                session.messages().say(name + " has ended already");
            }
        });
    }
}
