package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// The verbs of other tools.
class ForeignVerbsTest {
    private static final Pattern OURS = Pattern.compile("pkg ([a-z]+)(?: ([a-z]+)(?=$| for | -| --|,))?");

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "pull, ; here that is pkg get",
        "images, ; here that is pkg list --shelf",
        "rmi, ; here that is pkg cache rm",
        "uninstall, ; here that is pkg cache rm",
        "exec, ': a machine runs one program and has no shell to enter; see its console with pkg logs'"
    })
    void aVerbOfAnotherToolIsAnsweredWithOurs(String verb, String answer) {
        assertThat(PkgCommand.at(home, "http://127.0.0.1:1").run(verb, "nginx"))
                .isEqualTo(new Result(
                        2, "", "pkg: there is no command '%s'%s\n  next: see: pkg --help\n".formatted(verb, answer)));
    }

    @Test
    void everyVerbIsForeignAndEveryAnswerNamesCommandsThatThereAre() {
        Map<String, CommandLine> commands =
                CommandTable.commandLine(new GlobalOptions(), new String[0]).getSubcommands();
        ForeignVerbs.all().forEach((verb, answer) -> {
            assertThat(commands).doesNotContainKey(verb);
            Matcher ours = OURS.matcher(answer);
            assertThat(ours.find()).as(answer).isTrue();
            do {
                CommandLine named = commands.get(ours.group(1));
                assertThat(named).as(answer).isNotNull();
                if (ours.group(2) != null) {
                    assertThat(named.getSubcommands()).as(answer).containsKey(ours.group(2));
                }
            } while (ours.find());
        });
    }
}
