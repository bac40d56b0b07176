package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.machine.instance.InstanceLog;
import dev.unipkg.cli.machine.instance.InstanceName;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg logs`.
@Command(
        name = "logs",
        description = {
            "Print the console of a detached instance: the last 4 to 16 MiB of what its guest wrote, byte for byte.",
            "An instance that has ended keeps it until it is removed."
        },
        footer = {"", "Examples:", "  pkg logs web", "  pkg logs -f web"})
public final class Logs implements Verb {
    @Parameters(paramLabel = "<instance>", description = "The name of the instance.")
    InstanceName name;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the instance ends.")
    boolean follow;

    @Override
    public int run(Session session) throws IOException {
        InstanceLog.of(session.instances().require(name)).copy(session.out().stream(), follow);
        return 0;
    }
}
