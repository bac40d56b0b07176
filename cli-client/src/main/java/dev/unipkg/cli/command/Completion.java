package dev.unipkg.cli.command;

import dev.unipkg.format.json.Json;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pkg completion`.
@Command(
        name = "completion",
        description = {
            "Print a script that makes a shell complete pkg's commands and options.",
            "bash: source <(pkg completion bash); zsh: the same in ~/.zshrc; fish: pkg completion fish | source"
        },
        footer = {
            "",
            "Examples:",
            "  pkg completion bash > ~/.local/share/bash-completion/completions/pkg",
            "  pkg completion fish > ~/.config/fish/completions/pkg.fish"
        })
public final class Completion implements Verb {
    /// The shells there are scripts for.
    public enum Shell {
        BASH,
        ZSH,
        FISH;

        /// As it is typed.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "bash|zsh|fish", description = "Your shell.")
    Shell shell = Shell.BASH;

    @Spec
    CommandSpec spec;

    @Override
    public int run(Session session) {
        CommandLine root = spec.root().commandLine();
        String script = switch (shell) {
            // The script asks zsh for its bash completion by itself.
            case BASH, ZSH -> AutoComplete.bash("pkg", root);
            case FISH -> fish(root, "__fish_use_subcommand", "");
        };
        session.out().print(Json.object().put("script", script).build(), script.stripTrailing());
        return 0;
    }

    private static String fish(CommandLine command, String condition, String path) {
        StringBuilder script = new StringBuilder();
        for (CommandLine sub : command.getSubcommands().values()) {
            String name = sub.getCommandName();
            String inside = "__fish_seen_subcommand_from " + name;
            script.append("complete -c pkg -n '%s' -f -a %s -d '%s'\n".formatted(condition, name, description(sub)));
            for (OptionSpec option : sub.getCommandSpec().options()) {
                script.append("complete -c pkg -n '%s%s'%s\n".formatted(path, inside, names(option)));
            }
            script.append(fish(sub, path + inside, path + inside + "; and "));
        }
        return script.toString();
    }

    private static String names(OptionSpec option) {
        return java.util.Arrays.stream(option.names())
                .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                .collect(Collectors.joining());
    }

    private static String description(CommandLine command) {
        String[] lines = command.getCommandSpec().usageMessage().description();
        return lines.length == 0 ? "" : lines[0].replace("'", "");
    }
}
