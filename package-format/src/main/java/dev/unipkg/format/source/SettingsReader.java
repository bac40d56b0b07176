package dev.unipkg.format.source;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.VersionRange;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.format.tree.TreePath;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Turns a settings file into [PackageSettings].
final class SettingsReader {

    private static final Pattern PORT = Pattern.compile("([1-9][0-9]{0,4})(?:/(tcp|udp))?");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final Pattern LIBRARY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,127}");
    private static final String A_PATH = "an absolute path without . or ..";

    private final Section top;

    SettingsReader(byte[] yaml) throws RefusedException {
        this.top = Section.of(YamlReader.read(yaml), "", SettingKeys.TOP);
    }

    PackageSettings read() throws RefusedException {
        return new PackageSettings(
                top.value("name", "namespace/name in lowercase letters, digits, . and -", PackageName::parse),
                top.value("version", "a version as in 1.2.3", Version::new),
                about(),
                execution().requirePossible(),
                unikernel().requirePossible(),
                new PackageSettings.Contents(
                        files(),
                        top.values("directories", A_PATH, SettingsReader::path),
                        top.values(
                                "libraries", "the name of a library as in libnss_dns.so.2", SettingsReader::library)));
    }

    private SortedMap<String, String> about() throws RefusedException {
        SortedMap<String, String> about = new TreeMap<>();
        Map<String, String> keys = Map.of(
                "description", Annotations.DESCRIPTION,
                "licenses", Annotations.LICENSES,
                "source", Annotations.SOURCE,
                "documentation", Annotations.DOCUMENTATION);
        for (var key : keys.entrySet()) {
            top.text(key.getKey()).ifPresent(text -> about.put(key.getValue(), text));
        }
        return about;
    }

    private Execution execution() throws RefusedException {
        Optional<String> program = top.value("program", A_PATH, SettingsReader::path);
        if (program.isEmpty()) {
            throw top.missing("program");
        }
        return new Execution(
                List.of(program.get()),
                top.values("args", "a text", text -> text),
                new TreeMap<>(top.texts("env", "the name of a variable", Execution::isVariable)),
                top.value("workdir", A_PATH, SettingsReader::pathOrRoot).orElse(""),
                new TreeSet<>(top.values("ports", "a port as in 80, 80/tcp or 53/udp", SettingsReader::port)),
                new TreeSet<>(top.values("volumes", A_PATH, SettingsReader::path)));
    }

    private UnikernelSettings unikernel() throws RefusedException {
        Optional<Section> kernel = kernel();
        return new UnikernelSettings(
                kernel.isPresent() ? kernel.get().value("family", "a kernel family", SettingsReader::word) : family(),
                kernel.isPresent()
                        ? kernel.get()
                                .value("versions", "a range as in >=0.1.54", VersionRange::parse)
                                .map(VersionRange::toString)
                        : Optional.empty(),
                top.values("klibs", "the name of a klib", SettingsReader::word),
                top.value("memory", "a size as in 512 MiB", ByteSize::parse).orElse(0L),
                top.value("cpus", "a number from 1 to 1024", SettingsReader::cpus)
                        .orElse(0),
                top.value("writable", "a size as in 512 MiB", ByteSize::parse).orElse(0L),
                new TreeMap<>(top.texts(
                        "options",
                        "the name of an option",
                        key -> WORD.matcher(key).matches())),
                readiness());
    }

    private Optional<Section> kernel() throws RefusedException {
        Optional<Yaml> kernel = top.optional("kernel");
        return kernel.isPresent() && kernel.get() instanceof Yaml.Mapping mapping
                ? Optional.of(Section.of(mapping, "kernel", SettingKeys.KERNEL))
                : Optional.empty();
    }

    private Optional<String> family() throws RefusedException {
        return top.value("kernel", "a kernel family", SettingsReader::word);
    }

    private Optional<Readiness> readiness() throws RefusedException {
        Optional<Yaml> yaml = top.optional("readiness");
        return yaml.isEmpty() ? Optional.empty() : Optional.of(ReadinessReader.read(yaml.get()));
    }

    private SequencedMap<String, FileRule> files() throws RefusedException {
        SequencedMap<String, FileRule> files = new LinkedHashMap<>();
        for (var file : top.mapping("files").entrySet()) {
            String where = "files." + file.getKey();
            if (!isPathOrRoot(file.getKey())) {
                throw Section.invalid(file.getValue(), "files", file.getKey(), A_PATH);
            }
            files.put(file.getKey(), rule(file.getValue(), where));
        }
        return files;
    }

    private FileRule rule(Yaml yaml, String where) throws RefusedException {
        if (yaml instanceof Yaml.Text(String text, boolean empty, int _) && !empty) {
            if (!isBeside(text)) {
                throw Section.invalid(yaml, where, text, "a relative path that stays beside the settings file");
            }
            return new FileRule(new FileRule.Origin.Beside(text, new HashSet<>()), Optional.empty(), false);
        }
        Section section = Section.of(yaml, where, SettingKeys.FILE);
        long origins = List.of("from", "root", "text", "link").stream()
                .filter(section::has)
                .count();
        if (origins != 1) {
            throw Section.invalid(yaml, where, origins + " origins", "exactly one of from, root, text and link");
        }
        for (String key : List.of("without", "executable")) {
            boolean fits = key.equals("without") ? section.has("from") || section.has("root") : section.has("text");
            if (section.has(key) && !fits) {
                throw section.invalid(key, key, key.equals("without") ? "it beside from or root" : "it beside text");
            }
        }
        return new FileRule(
                origin(section),
                section.value("layer", "runtime, libs or config", SettingsReader::layer),
                section.value("executable", "true or false", SettingsReader::flag)
                        .orElse(false));
    }

    private static FileRule.Origin origin(Section section) throws RefusedException {
        var without = new HashSet<>(section.values("without", "the name of a file or folder", SettingsReader::name));
        Optional<String> from =
                section.value("from", "a relative path that stays beside the settings file", SettingsReader::beside);
        if (from.isPresent()) {
            return new FileRule.Origin.Beside(from.get(), without);
        }
        Optional<String> root = section.value("root", A_PATH, SettingsReader::pathOrRoot);
        if (root.isPresent()) {
            return new FileRule.Origin.InRoot(root.get(), without);
        }
        Optional<String> link = section.text("link");
        if (link.isPresent()) {
            return new FileRule.Origin.Link(link.get());
        }
        return new FileRule.Origin.Text(section.text("text").orElse(""));
    }

    private static boolean isPathOrRoot(String text) {
        return text.equals("/") || text.startsWith("/") && TreePath.isPath(text.substring(1));
    }

    private static boolean isBeside(String text) {
        String path = text.startsWith("./") ? text.substring(2) : text;
        return TreePath.isPath(path.endsWith("/") ? path.substring(0, path.length() - 1) : path)
                || text.equals(".")
                || text.equals("./");
    }

    private static String path(String text) {
        return require(isPathOrRoot(text) && text.length() > 1, text);
    }

    private static String pathOrRoot(String text) {
        return require(isPathOrRoot(text), text);
    }

    private static String beside(String text) {
        return require(isBeside(text), text);
    }

    private static String name(String text) {
        return require(TreePath.isName(text), text);
    }

    private static String word(String text) {
        return require(WORD.matcher(text).matches(), text);
    }

    private static String library(String text) {
        return require(LIBRARY.matcher(text).matches() || isPathOrRoot(text), text);
    }

    private static String port(String text) {
        var matcher = PORT.matcher(text);
        require(matcher.matches() && Integer.parseInt(matcher.group(1)) <= 65_535, text);
        return matcher.group(1) + "/" + (matcher.group(2) == null ? "tcp" : matcher.group(2));
    }

    private static int cpus(String text) {
        int cpus = Integer.parseInt(text);
        require(cpus >= 1 && cpus <= UnikernelSettings.MAX_CPUS, text);
        return cpus;
    }

    private static LayerKind layer(String text) {
        return LayerKind.find(text).orElseThrow(() -> new IllegalArgumentException("not a kind of layer: " + text));
    }

    private static boolean flag(String text) {
        require(text.equals("true") || text.equals("false"), text);
        return text.equals("true");
    }

    private static String require(boolean holds, String text) {
        if (!holds) {
            throw new IllegalArgumentException("not what was expected: " + text);
        }
        return text;
    }
}
