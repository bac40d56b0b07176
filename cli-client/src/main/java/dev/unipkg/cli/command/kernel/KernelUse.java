package dev.unipkg.cli.command.kernel;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.settings.UserConfig;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.KernelChoice;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg kernel use`.
@Command(
        name = "use",
        description = {"Choose the kernel that images are made with where the command line names none.", "Prints it."})
final class KernelUse implements Verb {
    @Parameters(
            paramLabel = "<kernel>",
            description = "family or family:release-or-channel, as in linux or nanos:0.1.55")
    String kernel = "";

    @Override
    public int run(Session session) throws IOException {
        KernelChoice choice = KernelChoice.parse(kernel);
        UserConfig.set(session.settings().home().config().resolve("config"), "kernel", choice.toString());
        session.talk().say("images are made with %s from now on".formatted(choice));
        session.out().print(Json.object().put("kernel", choice.toString()).build(), choice.toString());
        return 0;
    }
}
