package dev.unipkg.cli.output;

import java.io.PrintStream;

/// The messages of pkg on stderr: one line at a time, and a progress bar on a terminal. Text from outside is
/// escaped, so it cannot control the terminal.
public final class Messages {
    private final PrintStream err;
    private final boolean terminal;
    private final Level level;
    private int barWidth;

    /// How much is said.
    public enum Level {
        /// Failures only.
        QUIET,
        NORMAL,
        /// Also why something is done in the slower way.
        VERBOSE
    }

    /// @param terminal whether `err` is a terminal, so that a bar may be redrawn
    public Messages(PrintStream err, boolean terminal, Level level) {
        this.err = err;
        this.terminal = terminal;
        this.level = level;
    }

    /// @param quiet whether only failures are said
    public Messages(PrintStream err, boolean terminal, boolean quiet) {
        this(err, terminal, quiet ? Level.QUIET : Level.NORMAL);
    }

    /// Says a line, unless `--quiet`.
    public synchronized void say(String line) {
        if (level != Level.QUIET) {
            clearBar();
            err.println(Output.line(line));
        }
    }

    /// Says a line under `--verbose`.
    public void detail(String line) {
        if (level == Level.VERBOSE) {
            say(line);
        }
    }

    /// Says why a command failed; `--quiet` does not silence it.
    public synchronized void fail(String lines) {
        clearBar();
        err.println(Output.harmless(lines));
    }

    /// Counts bytes towards `total`, shown as a bar on a terminal. Close it when the work ends.
    public Progress progress(String what, long total) {
        return new Progress(this, what, total, terminal && level != Level.QUIET);
    }

    /// The stream itself, for a console that is passed through byte by byte.
    public PrintStream stream() {
        return err;
    }

    // Plain spaces and carriage returns, no escape sequences: right with NO_COLOR and on every terminal.
    synchronized void drawBar(String bar) {
        String shown = Output.line(bar);
        err.print("\r" + shown + " ".repeat(Math.max(0, barWidth - shown.length())));
        err.flush();
        barWidth = shown.length();
    }

    synchronized void clearBar() {
        if (barWidth > 0) {
            err.print("\r" + " ".repeat(barWidth) + "\r");
            err.flush();
            barWidth = 0;
        }
    }
}
