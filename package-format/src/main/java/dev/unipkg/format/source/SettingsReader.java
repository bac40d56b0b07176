package dev.unipkg.format.source;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.VersionRange;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.format.oci.UnikernelSettings;
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
    private static final String A_PATH = "an absolute path, as in /etc/app.conf";

    private static final String A_SIZE = "a size as in 512 MiB";
    private static final long ONE_MIB = 1L << 20;
    private static final String BESIDE = "a relative path that stays beside the settings file";
    private static final String A_USER = "a name or a uid, as in postgres or 1000:1000";

    private final Section top;
    private final SettingLines lines;

    /// @param file the file as the person named it
    SettingsReader(String file, byte[] yaml) throws RefusedException {
        Yaml document = YamlReader.read(yaml);
        this.lines = SettingLines.of(file, document);
        this.top = Section.of(document, "", SettingKeys.TOP);
    }

    PackageSettings read() throws RefusedException {
        try {
            return settings();
        } catch (RefusedException e) {
            throw lines.locate(e);
        }
    }

    private PackageSettings settings() throws RefusedException {
        Execution execution = execution().requirePossible();
        UnikernelSettings unikernel = unikernel().requirePossible();
        if (execution.hasUser() && unikernel.kernelFamily().equals(Optional.of("nanos"))) {
            throw top.invalid(
                    "user", execution.user(), "no user beside kernel: nanos, which runs every program as root");
        }
        return new PackageSettings(
                top.value("name", "namespace/name in lowercase letters, digits, . and -", PackageName::parse),
                top.value("version", "a version as in 1.2.3", Version::new),
                about(),
                top.value("readme", "a relative path that stays beside the settings file", SettingPaths::beside),
                execution,
                unikernel,
                new PackageSettings.Contents(
                        files(),
                        top.values("directories", A_PATH, SettingPaths::path),
                        top.values(
                                "libraries", "the name of a library as in libnss_dns.so.2", SettingsReader::library)),
                lines);
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
        Optional<String> program = top.value("program", A_PATH, SettingPaths::path);
        if (program.isEmpty()) {
            throw top.missing("program");
        }
        return new Execution(
                List.of(program.get()),
                top.values("args", "a text", text -> text),
                new TreeMap<>(top.texts("env", "the name of a variable", Execution::isVariable)),
                top.value("workdir", A_PATH, SettingPaths::pathOrRoot).orElse(""),
                new TreeSet<>(top.values("ports", "a port as in 80, 80/tcp or 53/udp", SettingsReader::port)),
                top.distinctValues("volumes", "an absolute path", SettingPaths::path),
                top.value("user", A_USER, SettingsReader::user).orElse(""));
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
                size("memory", UnikernelSettings.MIN_MEMORY_BYTES),
                top.value("cpus", "a number from 1 to 1024", SettingsReader::cpus)
                        .orElse(0),
                size("writable", ONE_MIB),
                new TreeMap<>(top.texts(
                        "options",
                        "the name of an option",
                        key -> WORD.matcher(key).matches())),
                readiness(),
                resume());
    }

    /// @param leastBytes that a size without a unit means; fewer are megabytes whose unit was forgotten
    private long size(String key, long leastBytes) throws RefusedException {
        return top.value(key, A_SIZE, text -> {
                    long bytes = ByteSize.parse(text);
                    boolean bare = text.chars().allMatch(c -> c >= '0' && c <= '9');
                    if (bare && bytes > 0 && bytes < leastBytes) {
                        throw new ProgramRefusal.ImpossibleSetting(
                                        key, "is " + text + ", which is " + bytes + " bytes; write " + text + "M")
                                .asException();
                    }
                    return bytes;
                })
                .orElse(0L);
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

    private Optional<ResumeDeclaration> resume() throws RefusedException {
        Optional<Yaml> yaml = top.optional("resume");
        return yaml.isEmpty() ? Optional.empty() : Optional.of(ResumeReader.read(yaml.get()));
    }

    private SequencedMap<String, FileRule> files() throws RefusedException {
        SequencedMap<String, FileRule> files = new LinkedHashMap<>();
        for (var file : top.mapping("files").entrySet()) {
            String where = "files." + file.getKey();
            String path = top.key("files", file.getKey(), A_PATH, SettingPaths::pathOrRoot);
            if (files.putIfAbsent(path, rule(file.getValue(), where)) != null) {
                throw lines.locate(where, new DocumentRefusal.DuplicateKey("files." + path).asException());
            }
        }
        return files;
    }

    private FileRule rule(Yaml yaml, String where) throws RefusedException {
        if (yaml instanceof Yaml.Text(String text, boolean empty, int _) && !empty) {
            String beside = Section.parsed(yaml, where, BESIDE, SettingPaths::beside);
            return new FileRule(new FileRule.Origin.Beside(beside, new HashSet<>()), Optional.empty(), false);
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
        var without = new HashSet<>(section.values("without", "the name of a file or folder", SettingPaths::name));
        Optional<String> from = section.value("from", BESIDE, SettingPaths::beside);
        if (from.isPresent()) {
            return new FileRule.Origin.Beside(from.get(), without);
        }
        Optional<String> root = section.value("root", A_PATH, SettingPaths::pathOrRoot);
        if (root.isPresent()) {
            return new FileRule.Origin.InRoot(root.get(), without);
        }
        Optional<String> link = section.text("link");
        if (link.isPresent()) {
            return new FileRule.Origin.Link(link.get());
        }
        return new FileRule.Origin.Text(section.text("text").orElse(""));
    }

    private static String word(String text) {
        return require(WORD.matcher(text).matches(), text);
    }

    private static String user(String text) {
        return require(Execution.isUser(text), text);
    }

    private static String library(String text) throws RefusedException {
        return LIBRARY.matcher(text).matches() ? text : SettingPaths.pathOrRoot(text);
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

    static String require(boolean holds, String text) {
        if (!holds) {
            throw new IllegalArgumentException("not what was expected: " + text);
        }
        return text;
    }
}
