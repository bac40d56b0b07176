package dev.unipkg.cli;

import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The message for a usage error: what is wrong, what was expected, and where it is documented.
final class Mistakes {
    private static final Pattern EXCLUSIVE = Pattern.compile("Error: (.*) are mutually exclusive.*");

    private Mistakes() {}

    /// The first mistake in what was parsed while [errors are collected][CommandLine.Model.ParserSpec#collectErrors].
    /// An option that there is not goes first, as what follows it may be missing elsewhere.
    static Optional<ParameterException> first(ParseResult parsed) {
        ParameterException first = null;
        for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
            for (Exception error : at.errors()) {
                if (error instanceof UnmatchedArgumentException unknown
                        && unknown.getUnmatched().stream().anyMatch(Mistakes::isOption)) {
                    return Optional.of(unknown);
                }
                if (first == null && error instanceof ParameterException mistake) {
                    first = mistake;
                }
            }
        }
        return Optional.ofNullable(first);
    }

    static Failure of(ParameterException mistake) {
        String command = mistake.getCommandLine().getCommandSpec().qualifiedName();
        return Failure.usage(sentence(mistake))
                .next("see: " + command + " --help")
                .causedBy(mistake);
    }

    private static String sentence(ParameterException mistake) {
        return switch (mistake) {
            case UnmatchedArgumentException unknown when !unknown.getUnmatched().isEmpty() -> unknown(unknown);
            case MissingParameterException missing -> missing(missing);
            case OverwrittenOptionException twice -> name(twice.getOverwritten()) + " is there twice; expected it once";
            case ParameterException wrong
            when wrong.getCause() instanceof TypeConversionException e && wrong.getArgSpec() != null ->
                name(wrong.getArgSpec()) + ": " + e.getMessage();
            default -> {
                String message = Optional.ofNullable(mistake.getMessage()).orElse("the arguments are not understood");
                yield EXCLUSIVE
                        .matcher(message.lines().findFirst().orElse(""))
                        .replaceFirst("$1 exclude each other; expected only one of them");
            }
        };
    }

    private static String unknown(UnmatchedArgumentException mistake) {
        List<String> unmatched = mistake.getUnmatched();
        String word = unmatched.stream().filter(Mistakes::isOption).findFirst().orElse(unmatched.getFirst());
        CommandLine command = mistake.getCommandLine();
        if (!isOption(word) && command.getCommand() instanceof Verb) {
            return "'" + word + "' is one argument too many; expected: " + usage(command);
        }
        Optional<String> ours = isRoot(command) && !isOption(word) ? ForeignVerbs.ours(word) : Optional.empty();
        if (ours.isPresent()) {
            return "there is no command '" + word + "'" + ours.get();
        }
        return "there is no " + (isOption(word) ? "option" : "command") + " '" + word + "'"
                + mistake.getSuggestions().stream()
                        .findFirst()
                        .map(suggestion -> "; did you mean " + suggestion + "?")
                        .orElse("");
    }

    private static boolean isRoot(CommandLine command) {
        return command.getParent() == null;
    }

    private static String missing(MissingParameterException mistake) {
        List<ArgSpec> missing = mistake.getMissing();
        if (missing.size() == 1 && missing.getFirst() instanceof OptionSpec option) {
            return "nothing follows " + name(option) + "; expected " + option.paramLabel();
        }
        return missing.getFirst().paramLabel() + " is missing; expected: " + usage(mistake.getCommandLine());
    }

    private static String usage(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        return command.getCommandSpec().positionalParameters().stream()
                .map(argument -> argument.required() ? argument.paramLabel() : "[" + argument.paramLabel() + "]")
                .collect(Collectors.joining(" ", name + " ", ""))
                .strip();
    }

    private static boolean isOption(String word) {
        return word.startsWith("-");
    }

    // As it is typed.
    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }
}
