package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.json.Json;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pkg help`.
@Command(
        name = "help",
        description = "Show the help of a command, as its --help does.",
        footer = {"", "Examples:", "  pkg help run", "  pkg help kernel push"})
public final class Help implements Verb {
    @Parameters(arity = "0..*", paramLabel = "<command>", description = "The command's words; pkg itself without any.")
    List<String> words = List.of();

    @Spec
    CommandSpec spec;

    @Override
    public int run(Session session) {
        CommandLine command = spec.root().commandLine();
        for (String word : words) {
            String group = command.getCommandSpec().qualifiedName();
            command = command.getSubcommands().get(word);
            if (command == null) {
                throw Failure.usage("there is no command '" + word + "'").next("see: " + group + " --help");
            }
        }
        String usage = command.getUsageMessage();
        session.out().print(Json.object().put("usage", usage).build(), usage.stripTrailing());
        return 0;
    }
}
