package dev.unipkg.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// The examples in the help of every command.
class ExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^  (pkg .+)$");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static Stream<String> commands() {
        List<String> names = new ArrayList<>();
        add(root(), names);
        return names.stream();
    }

    private static void add(CommandLine command, List<String> names) {
        if (!command.getCommandSpec().usageMessage().hidden()) {
            names.add(command.getCommandSpec().qualifiedName());
            command.getSubcommands().values().forEach(sub -> add(sub, names));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfEveryCommandHasTwoExamplesThatAreUnderstood(String name) {
        CommandLine command = root();
        for (String word : name.split(" ")) {
            command = word.equals("pkg")
                    ? command
                    : requireNonNull(command.getSubcommands().get(word), word);
        }
        String help = command.getUsageMessage();
        assertThat(help).contains("Examples:\n");
        Matcher examples = EXAMPLE.matcher(help.substring(help.indexOf("Examples:\n")));
        int count = 0;
        while (examples.find()) {
            String example = examples.group(1);
            List<String> words = words(example);
            assertThat(Mistakes.first(root().parseArgs(words.toArray(String[]::new))))
                    .as(example)
                    .isEmpty();
            count++;
        }
        assertThat(count).as("examples of " + name).isGreaterThanOrEqualTo(2);
    }

    // Without the word pkg, and without what is for the shell.
    private static List<String> words(String example) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(example.split(" [<>|] ")[0]);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return words.subList(1, words.size());
    }

    private static CommandLine root() {
        return CommandTable.commandLine(new GlobalOptions(), new String[0]);
    }
}
