package dev.unipkg.cli.talk;

import dev.unipkg.format.json.Json;
import java.io.PrintStream;

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
        if (json) {
            out.print(value.toPrettyString());
        } else if (!text.isEmpty()) {
            out.println(harmless(text));
        }
        out.flush();
    }

    /// Whether programs read it.
    public boolean isJson() {
        return json;
    }

    /// The stream itself, for a file's bytes.
    public PrintStream stream() {
        return out;
    }

    /// Text from outside that stays within the sentence it is part of: a line of its own could pass for one of pkg's.
    public static String line(String text) {
        return harmless(text).replace('\n', ' ');
    }

    /// Text that cannot steer a terminal: what a registry or an archive says may hold escape sequences.
    public static String harmless(String text) {
        StringBuilder harmless = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\n' || !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT ? c : '?')
                .forEach(harmless::appendCodePoint);
        return harmless.toString();
    }
}
