package dev.unipkg.cli.command.completion;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pkg complete-words`, which the scripts of `pkg completion` call at every press of the Tab key.
@Command(
        name = "complete-words",
        hidden = true,
        description = "Print what the last word of a command line may become, one candidate a line.",
        footer = {"", "Examples:", "  pkg complete-words -- get ng", "  pkg complete-words -- stop ''"})
public final class CompleteWords implements Verb {
    @Parameters(
            arity = "0..*",
            paramLabel = "<word>",
            description = "The words behind pkg; the last one is unfinished.")
    List<String> words = List.of();

    @Spec
    CommandSpec spec;

    @Override
    public int run(Session session) throws IOException {
        List<String> candidates =
                new Candidates(KnownWords.of(session)).of(spec.root().commandLine(), words);
        Json json = Json.object().put("candidates", Json.texts(candidates)).build();
        session.out().print(json, String.join("\n", candidates));
        return 0;
    }
}
