package dev.unipkg.registry.wiring;

import io.quarkus.agroal.runtime.DataSourcesJdbcRuntimeConfig;
import io.quarkus.datasource.runtime.DataSourcesRuntimeConfig;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// The names under which Quarkus takes the port and the database. Quarkus itself overlooks what it does not know, and
/// a misspelled address of a database would make the registry begin an empty one of its own.
final class QuarkusNames {

    /// The names in `docs/reference/server-settings.md`; checked first, so that Quarkus is rarely asked.
    static final Set<String> DOCUMENTED = Set.of(
            "quarkus.http.port",
            "quarkus.http.host",
            "quarkus.http.read-timeout",
            "quarkus.http.idle-timeout",
            "quarkus.datasource.jdbc.url",
            "quarkus.datasource.username",
            "quarkus.datasource.password");

    private static final List<String> PREFIXES = List.of("quarkus.datasource.", "quarkus.http.");

    private static final List<Class<?>> MAPPINGS =
            List.of(VertxHttpConfig.class, DataSourcesRuntimeConfig.class, DataSourcesJdbcRuntimeConfig.class);

    /// The ordinal of what the build put into the server (SmallRye Config, "Config Sources"); an operator's own are
    /// above it.
    private static final int BUILT_IN = 250;

    private QuarkusNames() {}

    /// @throws SettingsException for the first name of an operator's that says nothing to Quarkus
    static void check(Config config, Set<String> environment) {
        Set<String> variables = new TreeSet<>(environment);
        variables.removeIf(variable -> PREFIXES.stream().noneMatch(prefix -> variable.startsWith(variable(prefix))));
        Set<String> documented = DOCUMENTED.stream().map(QuarkusNames::variable).collect(Collectors.toSet());
        variables.removeAll(documented);
        Set<String> keys = operatorsKeys(config);
        keys.removeAll(DOCUMENTED);
        if (!variables.isEmpty() || !keys.isEmpty()) {
            Set<String> known = known();
            keys.forEach(key -> require(key, known));
            Set<String> knownVariables =
                    known.stream().map(QuarkusNames::variable).collect(Collectors.toCollection(TreeSet::new));
            variables.forEach(variable -> require(variable, knownVariables));
        }
    }

    private static Set<String> operatorsKeys(Config config) {
        Set<String> keys = new TreeSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            boolean operators = source.getOrdinal() > BUILT_IN && source.getOrdinal() < Integer.MAX_VALUE;
            if (operators && !source.getName().startsWith("EnvConfigSource")) {
                source.getPropertyNames().stream()
                        .filter(key -> PREFIXES.stream().anyMatch(key::startsWith))
                        .forEach(keys::add);
            }
        }
        return keys;
    }

    /// Every name, without those of further, named databases, which the registry does not use. One that ends in a dot
    /// begins any number of others.
    private static Set<String> known() {
        Set<String> known = new TreeSet<>(DOCUMENTED);
        for (Class<?> mapping : MAPPINGS) {
            ConfigMappings.getProperties(ConfigClass.configClass(mapping)).keySet().stream()
                    .map(name -> name.endsWith(".*") ? name.substring(0, name.length() - 1) : name)
                    .filter(name -> name.indexOf('*') < 0 && PREFIXES.stream().anyMatch(name::startsWith))
                    .filter(name -> !PREFIXES.contains(name))
                    .forEach(known::add);
        }
        return known;
    }

    private static void require(String name, Set<String> known) {
        Optional<String> match = known.stream()
                .filter(candidate -> candidate.endsWith(".") || candidate.endsWith("_")
                        ? name.startsWith(candidate)
                        : name.equals(candidate))
                .findFirst();
        if (match.isEmpty()) {
            throw SettingNames.unknown(name, known);
        }
    }

    private static String variable(String key) {
        return SettingNames.variable(key);
    }
}
