package dev.unipkg.format.oci;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The OCI config of one build of a Unikraft image, as kraftkit writes it.
///
/// @param monitor the virtual machine monitor, in the field `os`
/// @param architecture in the publisher's words
/// @param command the program's arguments; the program itself is in the kernel
/// @param environment of the program
/// @param features the settings that the kernel was built with, as in `CONFIG_LIBVFSCORE_FSTAB=y`; empty where the
///     publisher leaves them out
public record UnikraftConfig(
        String monitor,
        String architecture,
        List<String> command,
        SortedMap<String, String> environment,
        Set<String> features) {

    // The kernel of a large application is built with some 3,000 settings, each of which is a text here.
    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 32, 50_000);

    public UnikraftConfig {
        command = List.copyOf(command);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        features = Set.copyOf(features);
    }

    /// Reads the config. A variable without `=` is left out, as kraftkit does, and of two with one name the last one
    /// counts.
    ///
    /// @throws RefusedException when the bytes are no config
    public static UnikraftConfig read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, LIMITS);
        Shapes.CONFIG.require(fields);
        Optional<Fields> config = fields.optionalFields("config");
        SortedMap<String, String> environment = new TreeMap<>();
        for (String variable :
                config.isEmpty() ? List.<String>of() : config.get().texts("Env")) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return new UnikraftConfig(
                fields.text("os"),
                fields.text("architecture"),
                config.isEmpty() ? List.of() : config.get().texts("Cmd"),
                environment,
                Set.copyOf(fields.texts("os.features")));
    }

    /// Whether the kernel unpacks its initrd where a table of mounts says so, instead of by itself.
    public boolean mountsByTable() {
        // The first is the name that the second one had before.
        return features.contains("CONFIG_LIBVFSCORE_FSTAB=y") || features.contains("CONFIG_LIBVFSCORE_AUTOMOUNT_UP=y");
    }
}
