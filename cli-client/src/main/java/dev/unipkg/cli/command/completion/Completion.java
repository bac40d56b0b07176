package dev.unipkg.cli.command.completion;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.format.json.Json;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg completion`.
@Command(
        name = "completion",
        description = {
            "Print a script that makes a shell complete pkg's commands, options, packages, kernels and instances.",
            "bash: source <(pkg completion bash); zsh: source <(pkg completion zsh) in ~/.zshrc; fish: pkg completion"
                    + " fish | source"
        },
        footer = {
            "",
            "Examples:",
            "  pkg completion bash > ~/.local/share/bash-completion/completions/pkg",
            "  pkg completion fish > ~/.config/fish/completions/pkg.fish"
        })
public final class Completion implements Verb {
    // Bash splits words at colons and equals signs and replaces the last part only, so the words are taken from the
    // line, and what stands before the last part is cut off the candidates.
    private static final String BASH = """
            # Completion of pkg for bash.
            _pkg() {
              local line=${COMP_LINE:0:COMP_POINT} current breaks= kept
              local -a words
              read -ra words <<<"$line"
              [[ $line != *[[:space:]] ]] || words+=("")
              current=${words[-1]}
              mapfile -t COMPREPLY < <(command "${words[0]}" complete-words -- "${words[@]:1}" 2>/dev/null)
              if [[ ${COMPREPLY[0]-} == FILES ]]; then
                COMPREPLY=()
                compopt -o default 2>/dev/null
                return
              fi
              [[ $COMP_WORDBREAKS != *:* ]] || breaks+=:
              [[ $COMP_WORDBREAKS != *=* ]] || breaks+==
              if [[ -n $breaks && $current == *[$breaks]* ]]; then
                kept=${current%"${current##*[$breaks]}"}
                COMPREPLY=("${COMPREPLY[@]#"$kept"}")
              fi
            }
            complete -F _pkg pkg
            """;

    private static final String ZSH = """
            #compdef pkg
            # Completion of pkg for zsh.
            _pkg() {
              local -a candidates
              candidates=(${(f)"$(command $words[1] complete-words -- "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)"})
              if [[ $candidates[1] == FILES ]]; then
                _files
              else
                compadd -- $candidates
              fi
            }
            if [[ $funcstack[1] == _pkg ]]; then
              _pkg "$@"
            else
              (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
              compdef _pkg pkg
            fi
            """;

    private static final String FISH = """
            # Completion of pkg for fish.
            function __pkg_complete
                set -l current (commandline -ct)
                set -l words (commandline -opc) "$current"
                set -l candidates (command $words[1] complete-words -- $words[2..-1] 2>/dev/null)
                if test "$candidates[1]" = FILES
                    __fish_complete_path "$current"
                else
                    printf '%s\\n' $candidates
                end
            end
            complete -c pkg -f -a '(__pkg_complete)'
            """;

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

    @Override
    public int run(Session session) {
        String script = switch (shell) {
            case BASH -> BASH;
            case ZSH -> ZSH;
            case FISH -> FISH;
        };
        session.out().print(Json.object().put("script", script).build(), script.stripTrailing());
        return 0;
    }
}
