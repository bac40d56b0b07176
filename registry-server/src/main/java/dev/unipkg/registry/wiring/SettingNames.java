package dev.unipkg.registry.wiring;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The names that [Settings] has, and what somebody may have meant by another.
final class SettingNames {

    private static final String PREFIX = "unipkg";
    private static final SortedSet<String> KNOWN = keys(Settings.class, PREFIX, new TreeSet<>());

    /// Read by the client and by the tests of this checkout, which may share an environment with the server.
    private static final Set<String> NOT_OURS = Set.of("UNIPKG_HOME", "UNIPKG_NANOS_RELEASE");

    private SettingNames() {}

    /// Every setting's key, as in `unipkg.storage.s3.bucket`.
    static SortedSet<String> known() {
        return KNOWN;
    }

    /// The environment variable of a key (MicroProfile Config, "Environment Variables Mapping Rules").
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /// @throws SettingsException where a `unipkg.` key of a file or of the command line is none of the settings
    static void checkKey(String key) {
        if (key.startsWith(PREFIX + ".") && !KNOWN.contains(key)) {
            String meant = nearest(key, KNOWN);
            throw new SettingsException("there is no setting " + key + "; did you mean " + meant + "?");
        }
    }

    /// @throws SettingsException where a `UNIPKG_` variable of the environment is none of the settings
    static void checkVariable(String variable) {
        if (!variable.startsWith("UNIPKG_") || NOT_OURS.contains(variable)) {
            return;
        }
        SortedSet<String> known = new TreeSet<>();
        KNOWN.forEach(key -> known.add(variable(key)));
        if (!known.contains(variable)) {
            throw new SettingsException(
                    "there is no setting " + variable + "; did you mean " + nearest(variable, known) + "?");
        }
    }

    private static SortedSet<String> keys(Class<?> mapping, String prefix, SortedSet<String> into) {
        for (Method value : mapping.getDeclaredMethods()) {
            Class<?> type = value.getReturnType();
            String key =
                    prefix + "." + value.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (type.isInterface() && type.getEnclosingClass() == Settings.class) {
                keys(type, key, into);
            } else {
                into.add(key);
            }
        }
        return into;
    }

    private static String nearest(String name, SortedSet<String> known) {
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
