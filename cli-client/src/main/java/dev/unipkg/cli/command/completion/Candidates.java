package dev.unipkg.cli.command.completion;

import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The words that the last word of a command line may become.
record Candidates(KnownWords known) {
    /// The only candidate where a file is wanted, which the shell completes itself.
    static final String FILES = "FILES";

    /// The place of the last word: the command, the option whose value it is, and the arguments before it.
    private record Place(CommandLine command, Optional<OptionSpec> option, int arguments, boolean optionsOver) {}

    /// @param words behind `pkg`; the last one may be empty
    List<String> of(CommandLine root, List<String> words) throws IOException {
        String last = words.isEmpty() ? "" : words.getLast();
        Place place = place(root, words.isEmpty() ? List.of() : words.subList(0, words.size() - 1));
        int equals = last.indexOf('=');
        OptionSpec named = equals < 0
                ? null
                : place.command().getCommandSpec().optionsMap().get(last.substring(0, equals));
        if (named != null && place.option().isEmpty() && !place.optionsOver()) {
            String start = last.substring(0, equals + 1);
            return startingWith(last, values(named).stream().map(value -> value.equals(FILES) ? value : start + value));
        }
        return startingWith(last, all(place, last).stream());
    }

    private static List<String> startingWith(String start, Stream<String> candidates) {
        return candidates
                .filter(candidate -> candidate.equals(FILES) || candidate.startsWith(start))
                .distinct()
                .sorted()
                .toList();
    }

    private List<String> all(Place place, String last) throws IOException {
        if (place.option().isPresent()) {
            return values(place.option().get());
        }
        if (last.startsWith("-") && !place.optionsOver()) {
            return place.command().getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .flatMap(option -> Arrays.stream(option.names()))
                    .filter(name -> name.startsWith("--") || last.equals("-"))
                    .toList();
        }
        List<String> commands = place.command().getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .map(CommandLine::getCommandName)
                .toList();
        return commands.isEmpty() ? argument(place, last) : commands;
    }

    private List<String> argument(Place place, String last) throws IOException {
        for (PositionalParamSpec argument : place.command().getCommandSpec().positionalParameters()) {
            if (argument.index().contains(place.arguments())) {
                return type(argument).equals(Reference.class) ? references(last) : values(argument);
            }
        }
        return List.of();
    }

    private static Place place(CommandLine root, List<String> before) {
        CommandLine command = root;
        Optional<OptionSpec> pending = Optional.empty();
        int arguments = 0;
        boolean optionsOver = false;
        for (String word : before) {
            if (pending.isPresent()) {
                pending = Optional.empty();
            } else if (word.equals("--")) {
                optionsOver = true;
            } else if (word.startsWith("-") && !optionsOver) {
                pending = Optional.ofNullable(
                                command.getCommandSpec().optionsMap().get(word))
                        .filter(option -> option.arity().max() > 0 && !isFlag(option));
            } else if (command.getSubcommands().containsKey(word)) {
                command = command.getSubcommands().get(word);
            } else {
                arguments++;
            }
        }
        return new Place(command, pending, arguments, optionsOver);
    }

    private static boolean isFlag(OptionSpec option) {
        return type(option).equals(boolean.class);
    }

    private static Class<?> type(ArgSpec argument) {
        boolean wrapped = argument.typeInfo().isMultiValue() || argument.type().equals(Optional.class);
        return wrapped ? argument.auxiliaryTypes()[0] : argument.type();
    }

    private List<String> values(ArgSpec argument) {
        Class<?> type = type(argument);
        if (type.isEnum() && !type.equals(Arch.class) && !type.equals(Family.class)) {
            return Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
        }
        if (type.equals(Path.class)) {
            return List.of(FILES);
        }
        if (type.equals(Arch.class)) {
            return Arrays.stream(Arch.values()).map(Arch::toString).toList();
        }
        if (type.equals(Family.class)) {
            return Arrays.stream(Family.values()).map(Family::toString).toList();
        }
        if (type.equals(InstanceName.class)) {
            return known.instances();
        }
        return type.equals(KernelChoice.class) ? kernels() : List.of();
    }

    private List<String> kernels() {
        List<String> kernels = new ArrayList<>();
        known.versions().forEach((name, versions) -> {
            if (name.namespace().equals(Family.NAMESPACE)) {
                kernels.add(name.name());
                versions.forEach(version -> kernels.add(name.name() + ":" + version));
            }
        });
        return kernels;
    }

    // Versions only behind a colon: the list of names is long enough.
    private List<String> references(String last) {
        List<String> references = new ArrayList<>();
        known.versions().forEach((name, versions) -> {
            for (String spelled : spellings(name, last)) {
                if (last.startsWith(spelled + ":")) {
                    versions.forEach(version -> references.add(spelled + ":" + version));
                } else if (!name.namespace().equals(Family.NAMESPACE) || last.startsWith(Family.NAMESPACE)) {
                    references.add(spelled);
                }
            }
        });
        return references;
    }

    // The usual namespace is left out, unless it was begun.
    private static List<String> spellings(PackageName name, String last) {
        String usual = PackageName.DEFAULT_NAMESPACE;
        if (!name.namespace().equals(usual)) {
            return List.of(name.toString());
        }
        return last.startsWith(usual + "/") ? List.of(name.toString()) : List.of(name.name());
    }
}
