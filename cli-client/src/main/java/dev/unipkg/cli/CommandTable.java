package dev.unipkg.cli;

import dev.unipkg.cli.command.Build;
import dev.unipkg.cli.command.Contents;
import dev.unipkg.cli.command.Get;
import dev.unipkg.cli.command.Help;
import dev.unipkg.cli.command.Info;
import dev.unipkg.cli.command.Init;
import dev.unipkg.cli.command.ListPackages;
import dev.unipkg.cli.command.Login;
import dev.unipkg.cli.command.Push;
import dev.unipkg.cli.command.Run;
import dev.unipkg.cli.command.Search;
import dev.unipkg.cli.command.ShowVersion;
import dev.unipkg.cli.command.Versions;
import dev.unipkg.cli.command.account.KeyGroup;
import dev.unipkg.cli.command.account.Logout;
import dev.unipkg.cli.command.account.NamespaceGroup;
import dev.unipkg.cli.command.account.WhoAmI;
import dev.unipkg.cli.command.cache.CacheGroup;
import dev.unipkg.cli.command.completion.CompleteWords;
import dev.unipkg.cli.command.completion.Completion;
import dev.unipkg.cli.command.image.ImageGroup;
import dev.unipkg.cli.command.instance.AwaitInstance;
import dev.unipkg.cli.command.instance.InspectInstance;
import dev.unipkg.cli.command.instance.Kill;
import dev.unipkg.cli.command.instance.ListInstances;
import dev.unipkg.cli.command.instance.Logs;
import dev.unipkg.cli.command.instance.RemoveInstances;
import dev.unipkg.cli.command.instance.Restart;
import dev.unipkg.cli.command.instance.Stop;
import dev.unipkg.cli.command.kernel.KernelGroup;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.settings.OutputFormat;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelChoice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Which commands there are. To add one: a file in `command/` and a line here.
final class CommandTable {
    private static final Map<String, Supplier<Object>> COMMANDS = commands();
    private static final Set<String> ABOUT_ALL = Set.of("complete-words", "help");

    // A command that parses the words of another one.
    private static final Map<String, String> RUNS_OTHERS = Map.of("restart", "run");

    private CommandTable() {}

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("search", Search::new);
        commands.put("list", ListPackages::new);
        commands.put("info", Info::new);
        commands.put("versions", Versions::new);
        commands.put("contents", Contents::new);
        commands.put("get", Get::new);
        commands.put("run", Run::command);
        commands.put("ps", ListInstances::new);
        commands.put("logs", Logs::new);
        commands.put("stop", Stop::new);
        commands.put("kill", Kill::new);
        commands.put("restart", Restart::new);
        commands.put("wait", AwaitInstance::new);
        commands.put("inspect", InspectInstance::new);
        commands.put("rm", RemoveInstances::new);
        commands.put("cache", CacheGroup::new);
        commands.put("image", ImageGroup::new);
        commands.put("kernel", KernelGroup::new);
        commands.put("init", Init::new);
        commands.put("build", Build::new);
        commands.put("push", Push::new);
        commands.put("login", Login::new);
        commands.put("logout", Logout::new);
        commands.put("whoami", WhoAmI::new);
        commands.put("namespace", NamespaceGroup::new);
        commands.put("key", KeyGroup::new);
        commands.put("completion", Completion::new);
        commands.put("complete-words", CompleteWords::new);
        commands.put("help", Help::new);
        commands.put("version", () -> new ShowVersion(ProgramVersion.text()));
        return commands;
    }

    /// The parser for these arguments. If they name a command, only that one is set up, because each takes a
    /// millisecond or two; help, completion and usage errors need all of them.
    static CommandLine commandLine(GlobalOptions globals, String[] args) {
        CommandLine commandLine = new CommandLine(globals.command());
        Set<String> wanted = args.length > 0 && COMMANDS.containsKey(args[0]) && !ABOUT_ALL.contains(args[0])
                ? Stream.of(args[0], RUNS_OTHERS.getOrDefault(args[0], args[0])).collect(Collectors.toSet())
                : COMMANDS.keySet();
        for (String name : COMMANDS.keySet()) {
            if (wanted.contains(name)) {
                commandLine.addSubcommand(name, COMMANDS.get(name).get());
            }
        }
        register(commandLine, Reference.class, Reference::parse);
        register(commandLine, PackageName.class, PackageName::parse);
        register(commandLine, Version.class, Version::new);
        register(commandLine, InstanceName.class, InstanceName::new);
        register(commandLine, Arch.class, Arch::of);
        register(commandLine, Family.class, Family::of);
        register(commandLine, KernelChoice.class, KernelChoice::parse);
        register(commandLine, Integer.class, CommandTable::number);
        register(commandLine, int.class, CommandTable::number);
        register(commandLine, boolean.class, CommandTable::flag);
        registerWords(commandLine, OutputFormat.class);
        registerWords(commandLine, Completion.Shell.class);
        registerWords(commandLine, Accelerator.Choice.class);
        registerWords(commandLine, BootPlan.OnTimeout.class);
        collectErrors(commandLine);
        return commandLine;
    }

    // So that what is said first is chosen where there are several; see Mistakes.
    private static void collectErrors(CommandLine commandLine) {
        commandLine.getCommandSpec().parser().collectErrors(true);
        commandLine.getSubcommands().values().forEach(CommandTable::collectErrors);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: \"" + text + "\"; expected a whole number", e);
        }
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("not a choice: \"" + text + "\"; expected true, false or nothing");
        }
        return text.equals("true");
    }

    /// An enum whose [#toString]s are what is typed: picocli would ask for the names of its constants.
    private static <T extends Enum<T>> void registerWords(CommandLine commandLine, Class<T> type) {
        List<T> words = List.of(type.getEnumConstants());
        commandLine.registerConverter(
                type,
                text -> words.stream()
                        .filter(word -> word.toString().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() ->
                                new TypeConversionException("expected one of %s, not \"%s\"".formatted(words, text))));
    }

    private static <T> void register(CommandLine commandLine, Class<T> type, ITypeConverter<T> parser) {
        commandLine.registerConverter(type, text -> {
            try {
                return parser.convert(text);
            } catch (IllegalArgumentException | RefusedException e) {
                throw new TypeConversionException(e.getMessage());
            }
        });
    }
}
