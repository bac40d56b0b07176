package dev.unipkg.registry.wiring;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/// The names of settings, and the nearest name for an unknown one.
public final class SettingNames {

    private static final String PREFIX = "unipkg";
    private static final SortedMap<String, Class<?>> KNOWN = keys(Settings.class, PREFIX, new TreeMap<>());

    /// Read by the client and by the tests of this checkout, which may share an environment with the server, and by the
    /// script that starts Java.
    private static final Set<String> NOT_OURS =
            Set.of("UNIPKG_HEAP", "UNIPKG_HOME", "UNIPKG_NANOS_RELEASE", "UNIPKG_NANOS_RELEASE_ARM64");

    private SettingNames() {}

    /// Every setting's key, as in `unipkg.storage.s3.bucket`.
    static Set<String> known() {
        return KNOWN.keySet();
    }

    /// The environment variable of a key (MicroProfile Config, "Environment Variables Mapping Rules").
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /// Checks every key and value that is there before anything is started with them.
    ///
    /// @throws SettingsException for the first that is no setting, cannot be one's value, or breaks a rule
    public static void check(Config config, Set<String> environment) {
        for (String variable : new TreeSet<>(environment)) {
            checkVariable(variable);
        }
        // A variable shows up here under a guess at its key; the line above has judged it under its own name.
        Set<String> guesses = environment.stream().map(SettingNames::variable).collect(Collectors.toSet());
        for (String key : config.getPropertyNames()) {
            if (key.startsWith(PREFIX + ".") && !KNOWN.containsKey(key) && !guesses.contains(variable(key))) {
                throw unknown(key, KNOWN.keySet());
            }
        }
        KNOWN.forEach((key, type) -> checkValue(config, key, type));
        QuarkusNames.check(config, environment);
        SettingRules.check(config);
    }

    static SettingsException unknown(String name, Set<String> known) {
        return new SettingsException("there is no setting " + name + "; did you mean " + nearest(name, known) + "?");
    }

    /// The value of a key of any extension; empty if it is absent or blank.
    public static Optional<String> text(Config config, String key) {
        return config.getOptionalValue(key, String.class).filter(value -> !value.isBlank());
    }

    private static void checkVariable(String variable) {
        if (!variable.startsWith("UNIPKG_") || NOT_OURS.contains(variable)) {
            return;
        }
        Set<String> known = KNOWN.keySet().stream().map(SettingNames::variable).collect(Collectors.toSet());
        if (!known.contains(variable)) {
            throw unknown(variable, known);
        }
    }

    private static void checkValue(Config config, String key, Class<?> type) {
        try {
            config.getOptionalValue(key, type);
        } catch (IllegalArgumentException e) {
            String value = config.getOptionalValue(key, String.class).orElse("");
            throw new SettingsException(key + " is \"" + value + "\", expected " + expected(type));
        }
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Stream.of(type.getEnumConstants())
                            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "long" -> "a whole number";
            case "URI" -> "an address such as https://registry.example.org";
            case "Duration" -> "a time such as 15m or 1h";
            default -> "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
        };
    }

    private static SortedMap<String, Class<?>> keys(Class<?> mapping, String prefix, SortedMap<String, Class<?>> into) {
        for (Method value : mapping.getDeclaredMethods()) {
            Class<?> type = value.getReturnType();
            String key =
                    prefix + "." + value.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (type.getEnclosingClass() == Settings.class) {
                keys(type, key, into);
            } else {
                into.put(key, typeOf(value));
            }
        }
        return into;
    }

    private static Class<?> typeOf(Method value) {
        return value.getGenericReturnType() instanceof ParameterizedType optional
                ? (Class<?>) optional.getActualTypeArguments()[0]
                : value.getReturnType();
    }

    private static String nearest(String name, Set<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
    }

    /// How many characters must be added, removed or changed to make one text of the other (Levenshtein).
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
