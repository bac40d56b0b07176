package dev.unipkg.cli.machine.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The end of what a guest wrote to its console, as lines.
///
/// @param lines without line ends and without control characters, which could draw on the reader's terminal
public record ConsoleLog(List<String> lines) {
    // A Nanos panic prints some 10 KiB of registers and stack after the line that says why.
    static final int END_BYTES = 64 << 10;
    private static final int MAX_STATUS = 255;
    private static final int SHOWN_LINES = 20;

    // Compiled once: a list of instances reads as many consoles.
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /// Reads the last 64 KiB of what is kept of a detached instance's console.
    ///
    /// @param folder of the instance
    public static ConsoleLog read(Path folder) throws IOException {
        Tail tail = new Tail(END_BYTES);
        for (String name : List.of(ConsoleFiles.EARLIER, ConsoleFiles.CURRENT)) {
            addEnd(folder.resolve(name), tail);
        }
        return of(new String(tail.bytes(), StandardCharsets.UTF_8));
    }

    private static void addEnd(Path file, Tail tail) throws IOException {
        if (!Files.isRegularFile(file)) {
            // The guest has not written that much, or nothing yet.
            return;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(END_BYTES, channel.size()));
            long position = channel.size() - end.capacity();
            while (end.hasRemaining() && channel.read(end, position + end.position()) >= 0) {
                continue;
            }
            tail.add(end.array(), end.position());
        } catch (NoSuchFileException e) {
            // It was renamed for the next one at this moment.
            return;
        }
    }

    public static ConsoleLog of(String text) {
        return new ConsoleLog(text.lines()
                .map(line -> CONTROL.matcher(line).replaceAll(" ").stripTrailing())
                .toList());
    }

    /// The last line that contains `text`.
    public Optional<String> last(String text) {
        return lines.reversed().stream().filter(line -> line.contains(text)).findFirst();
    }

    public boolean contains(String text) {
        return last(text).isPresent();
    }

    /// The exit status that a Linux guest reported; empty where it is none, which is 0 to 255.
    public Optional<Integer> exitStatus() {
        return last(Console.EXIT_LINE)
                .map(line -> line.substring(line.indexOf(Console.EXIT_LINE) + Console.EXIT_LINE.length())
                        .strip())
                .filter(number -> number.matches("[0-9]{1,3}"))
                .map(Integer::valueOf)
                .filter(status -> status <= MAX_STATUS);
    }

    /// The last lines, indented, with a heading, for a person who wants to know why; empty where there
    /// are none.
    public String shown() {
        List<String> last = lines.stream().filter(line -> !line.isBlank()).toList();
        last = last.subList(Math.max(0, last.size() - SHOWN_LINES), last.size());
        return last.isEmpty()
                ? "\nthe console stayed empty"
                : "\nthe console ended with\n  | " + String.join("\n  | ", last);
    }
}
