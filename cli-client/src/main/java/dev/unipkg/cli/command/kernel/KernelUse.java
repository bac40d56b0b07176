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
        description = {"Choose the kernel that images are made with where the command line names none.", "Prints it."},
        footer = {"", "Examples:", "  pkg kernel use linux", "  pkg kernel use nanos:0.1.55"})
final class KernelUse implements Verb {
    @Parameters(
            paramLabel = "<kernel>",
            description = "family or family:release-or-channel, as in linux or nanos:0.1.55")
    KernelChoice kernel;

    @Override
    public int run(Session session) throws IOException {
        session.kernels().require(kernel);
        UserConfig.set(session.settings().home().config().resolve("config"), "kernel", kernel.toString());
        session.messages().say("images are made with %s from now on".formatted(kernel));
        session.out().print(Json.object().put("kernel", kernel.toString()).build(), kernel.toString());
        return 0;
    }
}
