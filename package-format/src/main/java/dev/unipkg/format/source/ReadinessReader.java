package dev.unipkg.format.source;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Readiness;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Reads the setting `readiness`: `none`, or a mapping with `http` and `port`, `tcp` or `console`. Files that were
/// written before say `port`, which means `tcp`, or `port` and `path`, which mean `http`.
final class ReadinessReader {
    private static final String KEY = "readiness";
    private static final String KINDS = "one of: http and port, tcp, console, or the word none";

    private ReadinessReader() {}

    static Readiness read(Yaml yaml) throws RefusedException {
        if (yaml instanceof Yaml.Text(String text, boolean empty, int _) && !empty) {
            if (!text.equals("none")) {
                throw Section.invalid(yaml, KEY, text, KINDS);
            }
            return new Readiness.NoProbe();
        }
        Section section = Section.of(yaml, KEY, SettingKeys.READINESS);
        List<String> keys =
                SettingKeys.READINESS.names().stream().filter(section::has).toList();
        return switch (String.join("+", keys)) {
            case "tcp" -> new Readiness.TcpConnect(port(section, "tcp"));
            case "console" ->
                section.value(
                                "console",
                                "a part of one line of at most " + Readiness.MAX_CONSOLE_TEXT + " characters",
                                Readiness.ConsoleText::new)
                        .orElseThrow();
            case "http+port" -> http(section, "http");
            case "port+path" -> http(section, "path");
            case "port" -> new Readiness.TcpConnect(port(section, "port"));
            case "http", "path", "" -> throw section.missing("port");
            default -> throw Section.invalid(yaml, KEY, String.join(" and ", new TreeSet<>(keys)), KINDS);
        };
    }

    private static Readiness http(Section section, String key) throws RefusedException {
        int port = port(section, "port");
        Optional<Readiness> probe =
                section.value(key, "the path of a URL, as in /health", path -> new Readiness.HttpGet(port, path));
        return probe.orElseThrow();
    }

    private static int port(Section section, String key) throws RefusedException {
        return section.value(key, "a port from 1 to 65535", text -> new Readiness.TcpConnect(Integer.parseInt(text)))
                .orElseThrow()
                .port();
    }
}
