package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Seconds;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.InstanceStop;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.output.Failure;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg stop`.
@Command(
        name = "stop",
        description = {
            "Ask instances to end, as Ctrl-C does in the foreground, and kill what does not end in its time.",
            "Prints the name of each one that has ended."
        },
        footer = {"", "Examples:", "  pkg stop web", "  pkg stop --grace 60 web db"})
public final class Stop implements Verb {
    private static final int USUAL_GRACE_SECONDS = 10;

    @Parameters(arity = "1..*", paramLabel = "<instance>", description = "The names of the instances.")
    List<InstanceName> names = List.of();

    @Option(
            names = "--grace",
            paramLabel = "<seconds>",
            description = "How long they may take to end, before they are killed; 10 by default.")
    int graceSeconds = USUAL_GRACE_SECONDS;

    @Override
    public int run(Session session) throws Exception {
        Duration grace = Seconds.of("--grace", graceSeconds);
        return new EachInstance(session, names).inParallel(name -> stop(session, name, grace));
    }

    private static void stop(Session session, InstanceName name, Duration grace) throws Exception {
        Instances.Snapshot seen = session.instances().require(name);
        if (!InstanceStop.requireKnown(seen).isRunning()) {
            session.messages().say(name + " has ended already");
        } else if (!InstanceStop.of(seen).stop(grace)) {
            session.messages().say("killed %s: it did not end within %d s".formatted(name, grace.toSeconds()));
        }
    }

    /// @throws Failure when the instance is not one that this pkg may end
    static void requireEnd(Session session, InstanceName name, Duration grace) throws Exception {
        stop(session, name, grace);
    }
}
