package dev.unipkg.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ScopeType;

/// Options in code, for commands whose start is to be short.
///
/// Annotations say the same. But Java makes a class for each kind of annotation that is read, anew in every process,
/// which takes `pkg run` longer than all else that it does ahead of QEMU (decision 95).
///
/// The names of an option are separated by spaces, and behind them comes how texts call its value:
/// `-m --memory <size>`.
public final class Options {
    private final CommandSpec spec;
    private final ScopeType scope;

    private Options(Object command, ScopeType scope) {
        this.spec = CommandSpec.wrapWithoutInspection(command);
        this.scope = scope;
    }

    /// The options of a command.
    public static Options of(Object command) {
        return new Options(command, ScopeType.LOCAL);
    }

    /// The options of a command that its subcommands have as well.
    public static Options inherited(Object command) {
        return new Options(command, ScopeType.INHERIT);
    }

    /// The command, for the parser.
    public CommandSpec spec() {
        return spec;
    }

    /// Adds an option without a value.
    public Options flag(String names, String description, Consumer<Boolean> given) {
        return add(flag(names, given), description);
    }

    /// Adds one for pkg itself, which texts do not mention.
    public Options hidden(String names, String description, Consumer<Boolean> given) {
        return add(flag(names, given).hidden(true), description);
    }

    /// Adds the one that asks for help.
    public Options help(String names, String description, Consumer<Boolean> given) {
        return add(flag(names, given).usageHelp(true), description);
    }

    /// Adds an option with a value.
    public <T> Options value(String names, Class<T> type, String description, Consumer<T> given) {
        return add(option(names, type, new Given<>(given)), description);
    }

    /// Adds an option with a value that may be given again.
    ///
    /// @param given takes all that were given
    public Options values(String names, String description, Consumer<List<String>> given) {
        return add(option(names, List.class, new Given<>(given)).auxiliaryTypes(String.class), description);
    }

    /// Adds the first argument, which has to be given.
    ///
    /// @param name how texts call it
    public <T> Options argument(String name, Class<T> type, String description, Consumer<T> given) {
        PositionalParamSpec.Builder argument = PositionalParamSpec.builder().type(type);
        addArgument(argument.index("0").required(true), name, description, new Given<>(given));
        return this;
    }

    /// Adds the arguments behind the first one.
    ///
    /// @param name how texts call each
    public Options arguments(String name, String description, Consumer<List<String>> given) {
        PositionalParamSpec.Builder arguments = PositionalParamSpec.builder().type(List.class);
        arguments.auxiliaryTypes(String.class).index("1..*").arity("0..*");
        addArgument(arguments, name, description, new Given<>(given));
        return this;
    }

    private Options add(OptionSpec.Builder option, String description) {
        spec.addOption(option.description(description).scopeType(scope).build());
        return this;
    }

    private static OptionSpec.Builder flag(String names, Consumer<Boolean> given) {
        return option(names, boolean.class, new Given<>(given));
    }

    private static OptionSpec.Builder option(String names, Class<?> type, Given<?> given) {
        List<String> words = new ArrayList<>(List.of(names.split(" ")));
        String label = words.getLast().startsWith("-") ? "" : words.removeLast();
        OptionSpec.Builder option = OptionSpec.builder(words.toArray(String[]::new))
                .type(type)
                .getter(given)
                .setter(given);
        return label.isEmpty() ? option : option.paramLabel(label);
    }

    private void addArgument(PositionalParamSpec.Builder argument, String name, String description, Given<?> given) {
        spec.addPositional(argument.paramLabel(name)
                .description(description)
                .getter(given)
                .setter(given)
                .build());
    }

    /// A value between the parser, which asks for what it has set, and the command.
    private static final class Given<T> implements IGetter, ISetter {
        private final Consumer<T> taker;
        private @Nullable Object value;

        Given(Consumer<T> taker) {
            this.taker = taker;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <V> @Nullable V get() {
            return (V) value;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <V> @Nullable V set(V now) {
            V before = get();
            value = now;
            // The parser sets nothing ahead of a command line.
            if (now != null) {
                taker.accept((T) now);
            }
            return before;
        }
    }
}
