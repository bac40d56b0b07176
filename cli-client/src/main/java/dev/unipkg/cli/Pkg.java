package dev.unipkg.cli;

import dev.unipkg.cli.command.Ahead;
import dev.unipkg.cli.output.Stdout;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Set;

/// The program. [#run] is all of it, callable as often as one likes in one process; [#main] adds the process.
public final class Pkg {
    // Most programs answer to one of these, so new users try them first.
    private static final Set<String> VERSION_OPTIONS = Set.of("--version", "-V");

    private Pkg() {}

    public static void main(String[] args) {
        // Answered without loading the command line parser, which takes longer than all the rest.
        if (args.length == 1 && (args[0].equals("version") || VERSION_OPTIONS.contains(args[0]))) {
            System.out.println("pkg " + ProgramVersion.text());
            if (!System.out.checkError()) {
                return;
            }
            // Tried once more, by what says why it fails.
        }
        Ahead.NUMBERS.start();
        // Everything is flushed and nothing waits for the end of the process; exit would first load the classes for
        // logging itself, which takes longer than many commands.
        Runtime.getRuntime().halt(run(args, console()));
    }

    /// Runs one command.
    ///
    /// @return the exit status, see [dev.unipkg.cli.output.ExitCode]
    public static int run(String[] args, Surroundings surroundings) {
        return new CommandRunner(surroundings).run(verbFirst(args));
    }

    private static String[] verbFirst(String[] args) {
        String[] asked = args.clone();
        if (asked.length > 0 && VERSION_OPTIONS.contains(asked[0])) {
            asked[0] = "version";
        }
        return asked;
    }

    private static Surroundings console() {
        return new Surroundings(
                new FileInputStream(FileDescriptor.in),
                new Stdout(new FileOutputStream(FileDescriptor.out), System.out.charset()),
                new PrintStream(new FileOutputStream(FileDescriptor.err), false, System.err.charset()),
                // The launcher looked: Java itself cannot tell whether stderr is a terminal.
                Boolean.getBoolean("pkg.terminal"),
                System.getenv());
    }
}
