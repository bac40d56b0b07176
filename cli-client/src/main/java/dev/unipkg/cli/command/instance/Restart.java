package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Run;
import dev.unipkg.cli.command.Seconds;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.InstanceStop;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.output.Failure;
import java.time.Duration;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pkg restart`.
@Command(
        name = "restart",
        description = {
            "Boot a detached instance again with the settings that it had; one that runs is stopped first.",
            "On nanos it finds the disk that it left. On linux its files are in memory: it begins with the package's.",
            "Prints its name."
        },
        footer = {"", "Examples:", "  pkg restart web", "  pkg restart --grace 60 web"})
public final class Restart implements Verb {
    private static final int USUAL_GRACE_SECONDS = 10;

    @Parameters(paramLabel = "<instance>", description = "The name of the instance.")
    InstanceName name;

    @Option(
            names = "--grace",
            paramLabel = "<seconds>",
            description = "How long it may take to end, before it is killed; 10 by default.")
    int graceSeconds = USUAL_GRACE_SECONDS;

    @Spec
    CommandSpec spec;

    @Override
    public int run(Session session) throws Exception {
        Duration grace = Seconds.of("--grace", graceSeconds);
        Instances.Snapshot seen = session.instances().require(name);
        Instance instance = InstanceStop.requireKnown(seen);
        if (!instance.left()) {
            throw Failure.failed("%s runs with the pkg that started it (process %d) and goes with it"
                            .formatted(name, instance.pkg().pid()))
                    .next("end it there, and run it again with -d");
        }
        Run run = run(instance);
        if (instance.isRunning()) {
            Stop.requireEnd(session, name, grace);
        }
        try (Session then = session.at(instance.order().registry())) {
            return run.again(then, instance);
        }
    }

    private Run run(Instance instance) {
        CommandLine parser = Objects.requireNonNull(
                spec.root().commandLine().getSubcommands().get("run"), "run is set up for restart");
        try {
            var parsed = parser.parseArgs(instance.order().words().toArray(String[]::new));
            if (!parsed.errors().isEmpty()) {
                throw Failure.failed("the record of %s has words that this pkg does not understand: %s"
                        .formatted(name, parsed.errors().getFirst().getMessage()));
            }
        } catch (ParameterException e) {
            throw Failure.failed("the record of %s has words that this pkg does not understand: %s"
                            .formatted(name, e.getMessage()))
                    .causedBy(e);
        }
        return parser.getCommand();
    }
}
