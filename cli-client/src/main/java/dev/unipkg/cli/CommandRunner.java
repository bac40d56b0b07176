package dev.unipkg.cli;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.output.Output;
import dev.unipkg.format.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Parses the arguments, runs the verb they name, and is the one place where what went wrong becomes a sentence
/// and an exit code.
final class CommandRunner {
    private static final Pattern AS_JSON = Pattern.compile("(?mi)^--output[=\n]json$");

    private final Surroundings surroundings;

    CommandRunner(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    int run(String[] args) {
        GlobalOptions globals = new GlobalOptions();
        CommandLine commandLine = CommandTable.commandLine(globals, args);
        try {
            ParseResult parsed = commandLine.parseArgs(args);
            Optional<ParameterException> mistake = Mistakes.first(parsed);
            if (mistake.isPresent()) {
                throw mistake.get();
            }
            return written(execute(parsed, globals));
        } catch (ParameterException e) {
            // The options may not be known when parsing them is what failed.
            globals.json |= AS_JSON.matcher(String.join("\n", args)).find();
            return fail(Mistakes.of(e), globals);
        } catch (Exception e) {
            return fail(Sentences.of(e), globals);
        } catch (StackOverflowError | OutOfMemoryError e) {
            return fail(Sentences.of(e), globals);
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    // A result that could not be written is a failure, unless the verb itself has failed.
    private int written(int exit) {
        if (exit == ExitCode.DONE.number()) {
            surroundings.out().failure().ifPresent(e -> {
                throw Failure.failed("the result cannot be written to stdout: " + e.getMessage())
                        .causedBy(e);
            });
        }
        return exit;
    }

    private int execute(ParseResult parsed, GlobalOptions globals) throws Exception {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        CommandLine command = last.commandSpec().commandLine();
        if (command.isUsageHelpRequested()) {
            command.usage(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
            return ExitCode.DONE.number();
        }
        if (!(command.getCommand() instanceof Verb verb)) {
            if (globals.json) {
                throw commandMissing(command);
            }
            surroundings.err().print(command.getUsageMessage());
            return ExitCode.USAGE.number();
        }
        Messages messages = new Messages(surroundings.err(), surroundings.terminal(), globals.level());
        Output output = new Output(surroundings.out(), globals.json);
        try (Session session =
                new Session(globals.settings(surroundings.environment()), messages, output, surroundings.in())) {
            return verb.run(session);
        }
    }

    private static Failure commandMissing(CommandLine group) {
        String name = group.getCommandSpec().qualifiedName();
        return Failure.usage("%s wants one of its commands behind it: %s"
                        .formatted(
                                name, String.join(", ", group.getSubcommands().keySet())))
                .next("see: " + name + " --help");
    }

    private int fail(Failure failure, GlobalOptions globals) {
        Messages messages = new Messages(surroundings.err(), surroundings.terminal(), false);
        if (globals.debug) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            messages.fail(trace.toString().stripTrailing().replace("\t", "    "));
        }
        if (globals.json) {
            Json problem = Json.object()
                    .put("code", failure.code())
                    .put("message", failure.text())
                    .putIfPresent("next", failure.next())
                    .put("exit", failure.exit().number())
                    .build();
            byte[] line = Json.object().put("problem", problem).build().toBytes();
            messages.fail(Output.harmlessJson(new String(line, StandardCharsets.UTF_8)));
        } else {
            String next = failure.next().map(step -> "\n  next: " + step).orElse("");
            messages.fail("pkg: " + failure.text() + next);
        }
        return failure.exit().number();
    }
}
