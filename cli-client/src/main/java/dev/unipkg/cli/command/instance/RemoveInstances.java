package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.InstanceState;
import dev.unipkg.cli.output.Failure;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg rm`.
@Command(
        name = "rm",
        description = {
            "Remove instances that have ended, with their consoles and what they wrote to their disks.",
            "Prints the name of each one. Packages on the shelf are removed with pkg cache rm."
        },
        footer = {"", "Examples:", "  pkg rm web", "  pkg rm --ended"})
public final class RemoveInstances implements Verb {
    @Parameters(arity = "0..*", paramLabel = "<instance>", description = "The names of the instances.")
    List<String> names = List.of();

    @Option(
            names = {"-f", "--force"},
            description = "Kill those that run; also remove those whose record is damaged.")
    boolean force;

    @Option(names = "--ended", description = "Remove all that have ended.")
    boolean ended;

    @Override
    public int run(Session session) throws Exception {
        if (names.isEmpty() == !ended) {
            throw Failure.usage(
                            ended
                                    ? "--ended means all that have ended; names are one too many"
                                    : "which instance is to be removed?")
                    .next("name it, as in pkg rm web, or say --ended for all that have ended");
        }
        List<InstanceName> removed = new ArrayList<>();
        names.forEach(name -> removed.add(instanceName(name)));
        if (ended) {
            session.instances().all().stream()
                    .filter(seen -> seen.state() instanceof InstanceState.Ended)
                    .map(seen -> new InstanceName(seen.name()))
                    .forEach(removed::add);
        }
        return new EachInstance(session, removed)
                .inParallel(name -> session.instances().remove(name, force));
    }

    // By hand, because picocli calls a word that it cannot convert one argument too many where none is required.
    private static InstanceName instanceName(String word) {
        try {
            return new InstanceName(word);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("<instance>: " + e.getMessage())
                    .next("see: pkg rm --help")
                    .causedBy(e);
        }
    }
}
