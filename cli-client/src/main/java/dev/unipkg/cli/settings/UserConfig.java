package dev.unipkg.cli.settings;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The user's own settings: a file of `key = value` lines, with `#` for comments. A key that pkg does not know
/// is a mistake and is said so, never skipped.
///
/// @param values what the file sets
public record UserConfig(SortedMap<String, String> values) {
    private static final List<String> KEYS =
            List.of("cpus", "kernel", "memory", "registry", "resume", "token-services");

    public UserConfig {
        values = new TreeMap<>(values);
    }

    /// Reads the file, which may be absent.
    ///
    /// @throws Failure when a line is not understood
    public static UserConfig read(Path file) throws IOException {
        TreeMap<String, String> values = new TreeMap<>();
        int number = 0;
        for (String line : new LineFile(file).lines()) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int equals = text.indexOf('=');
            String key = equals < 0 ? text : text.substring(0, equals).strip();
            if (equals < 0 || !KEYS.contains(key)) {
                throw Failure.usage("%s, line %d: \"%s\" is no setting; known are %s"
                                .formatted(file, number, key, String.join(", ", KEYS)))
                        .next("correct that line");
            }
            values.put(key, text.substring(equals + 1).strip());
        }
        return new UserConfig(values);
    }

    /// The user's value of `key`.
    public Optional<String> get(String key) {
        if (!KEYS.contains(key)) {
            throw new IllegalArgumentException("no such setting: " + key);
        }
        return Optional.ofNullable(values.get(key));
    }

    /// The hosts that may be asked for tokens of other registries, as `host[:port]`; the setting names them with
    /// commas.
    public Set<String> tokenServices() {
        return get("token-services").stream()
                .flatMap(hosts -> Stream.of(hosts.split(",")))
                .map(String::strip)
                .filter(host -> !host.isEmpty())
                .collect(toUnmodifiableSet());
    }

    /// Sets `key` in the file, keeping every other line as it is.
    public static void set(Path file, String key, String value) throws IOException {
        new LineFile(file).change(lines -> {
            List<String> changed = new ArrayList<>(lines);
            changed.removeIf(line -> line.strip().matches(key + "\\s*=.*"));
            changed.add(key + " = " + value);
            return changed;
        });
    }
}
