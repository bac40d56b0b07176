package dev.unipkg.cli.output;

import dev.unipkg.format.Refusal;
import dev.unipkg.format.json.Json;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The result of a command, on stdout: text for people and shells, or JSON for programs.
public final class Output {
    private final PrintStream out;
    private final boolean json;

    public Output(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /// Prints the result in the form that was asked for.
    ///
    /// @param text without a line feed at its end; nothing is printed where it is empty
    public void print(Json value, String text) {
        print(() -> value, text);
    }

    /// Prints the result in the form that was asked for, and makes the JSON only for who asked for it.
    ///
    /// @param text as [#print(Json, String)] takes it
    public void print(Supplier<? extends Json> value, String text) {
        if (json) {
            out.print(harmlessJson(value.get().toPrettyString()));
        } else if (!text.isEmpty()) {
            out.println(harmless(text));
        }
        out.flush();
    }

    /// The stream itself, for a file's bytes.
    public PrintStream stream() {
        return out;
    }

    /// Whether results are written as JSON.
    public boolean isJson() {
        return json;
    }

    /// The stream for bytes that are written as they come.
    public LiveOutput live() {
        return new LiveOutput(out);
    }

    /// Text from outside that stays within the sentence it is part of: a line of its own could pass for one of pkg's.
    public static String line(String text) {
        return Refusal.escaped(text);
    }

    /// Lines that cannot steer a terminal: what a registry or an archive says may hold escape sequences.
    public static String harmless(String text) {
        return Arrays.stream(text.replace("\r\n", "\n").split("\n", -1))
                .map(Refusal::escaped)
                .collect(Collectors.joining("\n"));
    }

    /// JSON that cannot control a terminal. The escaped characters occur only within strings, where the escape
    /// means the same.
    public static String harmlessJson(String json) {
        StringBuilder harmless = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (c == '\n' || !Refusal.isUnsafe(c)) {
                harmless.appendCodePoint(c);
            } else {
                Character.toString(c).chars().forEach(unit -> harmless.append("\\u%04x".formatted(unit)));
            }
        });
        return harmless.toString();
    }
}
