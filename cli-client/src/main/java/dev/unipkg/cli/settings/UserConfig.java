package dev.unipkg.cli.settings;

import dev.unipkg.cli.talk.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The user's own settings: a file of `key = value` lines, with `#` for comments. A key that pkg does not know
/// is a mistake and is said so, never skipped.
///
/// @param values what the file sets
public record UserConfig(SortedMap<String, String> values) {
    private static final Map<String, String> KEYS = new TreeMap<>(Map.of(
            "registry", "the registry to use, as in https://packages.example.org",
            "kernel", "the kernel to boot with: a family, or family:release, as in nanos:0.1.55",
            "memory", "how much memory machines get, as in 512M",
            "cpus", "how many processors machines get"));

    public UserConfig {
        values = new TreeMap<>(values);
    }

    /// Reads the file, which may be absent.
    ///
    /// @throws Failure when a line is not understood
    public static UserConfig read(Path file) throws IOException {
        TreeMap<String, String> values = new TreeMap<>();
        if (!Files.exists(file)) {
            return new UserConfig(values);
        }
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int equals = text.indexOf('=');
            String key = equals < 0 ? text : text.substring(0, equals).strip();
            if (equals < 0 || !KEYS.containsKey(key)) {
                throw Failure.usage("%s, line %d: \"%s\" is no setting; known are %s"
                                .formatted(file, number, key, String.join(", ", KEYS.keySet())))
                        .next("correct that line");
            }
            values.put(key, text.substring(equals + 1).strip());
        }
        return new UserConfig(values);
    }

    /// What the user set `key` to.
    public Optional<String> get(String key) {
        if (!KEYS.containsKey(key)) {
            throw new IllegalArgumentException("no such setting: " + key);
        }
        return Optional.ofNullable(values.get(key));
    }

    /// Sets `key` in the file, keeping every other line as it is.
    public static void set(Path file, String key, String value) throws IOException {
        List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
        lines.removeIf(line -> line.strip().matches(key + "\\s*=.*"));
        lines.add(key + " = " + value);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), ".config", "");
        Files.write(draft, lines);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
