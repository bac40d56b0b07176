package dev.unipkg.format.source;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.util.HashMap;
import java.util.Map;

/// The lines of a settings file, by the path of a setting as in `ports[0]` or `files./etc/app.conf`.
///
/// @param file the file as the person named it; empty where there is no settings file
/// @param lines counted from 1
public record SettingLines(String file, Map<String, Integer> lines) {

    static final SettingLines NONE = new SettingLines("", Map.of());

    public SettingLines {
        lines = Map.copyOf(lines);
    }

    static SettingLines of(String file, Yaml yaml) {
        Map<String, Integer> lines = new HashMap<>();
        collect("", yaml, lines);
        return new SettingLines(file, lines);
    }

    private static void collect(String path, Yaml yaml, Map<String, Integer> lines) {
        lines.putIfAbsent(path, yaml.line());
        switch (yaml) {
            case Yaml.Text _ -> {}
            case Yaml.Items(var items, int _) -> {
                for (int i = 0; i < items.size(); i++) {
                    collect(path + "[" + i + "]", items.get(i), lines);
                }
            }
            case Yaml.Mapping(var members, var keyLines, int _) ->
                members.forEach((key, value) -> {
                    // As SettingPaths reads it.
                    String name = key.length() > 1 && key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
                    String below = path.isEmpty() ? name : path + "." + name;
                    lines.put(below, keyLines.getOrDefault(key, yaml.line()));
                    collect(below, value, lines);
                });
        }
    }

    /// The refusal with the file, and with the line of the setting that the refusal names, if it names one.
    public RefusedException locate(RefusedException refused) {
        return locate(named(refused.refusal()), refused);
    }

    /// The refusal with the file and the line of the setting that it names, else that of `setting`.
    RefusedException locate(String setting, RefusedException refused) {
        Refusal refusal = refused.refusal();
        if (file.isEmpty() || refusal instanceof DocumentRefusal.InFile) {
            return refused;
        }
        String own = nearest(named(refusal));
        String known = own.isEmpty() ? nearest(setting) : own;
        boolean unlined = known.isEmpty() || refusal instanceof DocumentRefusal.AtLine;
        Refusal lined = unlined ? refusal : new DocumentRefusal.AtLine(lines.getOrDefault(known, 1), refusal);
        return new RefusedException(new DocumentRefusal.InFile(file, lined), refused);
    }

    /// The path of the setting that a refusal is about; empty where it names none.
    private String named(Refusal refusal) {
        return switch (refusal) {
            case ProgramRefusal.ImpossibleSetting(String setting, String _) ->
                lines.containsKey("options." + setting) ? "options." + setting : setting;
            case ProgramRefusal.UnknownKernelFamily _ -> "kernel";
            case ProgramRefusal _ -> "program";
            // The texts about a package are annotations when it is built: the last word is the setting.
            case DocumentRefusal.InvalidValue(String setting, String _, String _) ->
                setting.startsWith("annotations.") ? setting.substring(setting.lastIndexOf('.') + 1) : setting;
            case ArchiveRefusal.Conflict(String path, String _) -> "files./" + path;
            case NameRefusal.ReservedName _ -> "name";
            case NameRefusal.MovingVersion _ -> "version";
            case Refusal _ -> "";
        };
    }

    /// The setting itself where the file has it, else what would hold it; empty where the file has neither.
    private String nearest(String setting) {
        String known = setting;
        while (!known.isEmpty() && !lines.containsKey(known)) {
            known = known.substring(0, Math.max(0, lastSeparator(known)));
        }
        return known;
    }

    private static int lastSeparator(String path) {
        return Math.max(path.lastIndexOf('/'), Math.max(path.lastIndexOf('.'), path.lastIndexOf('[')));
    }
}
