package dev.unipkg.kernels.unikraft;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.UnikraftConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The command line of a Unikraft kernel: parameters of the kernel's libraries, `--`, and the arguments of the program.
/// Without parameters there is no `--`. This is what kraftkit gives to QEMU's `-append`.
public final class UnikraftCommandLine {

    // library.parameter, as in netdev.ip.
    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z0-9_]+)+");

    // Characters that the parser of Unikraft (lib/ukargparse) gives no meaning to.
    private static final Pattern PLAIN = Pattern.compile("[^\\s\"'\\\\]+");

    private UnikraftCommandLine() {}

    /// Makes the command line.
    ///
    /// @param initrd whether there is one to unpack
    /// @param options parameters of the kernel, as in `netdev.ip` → `10.0.2.15/24:10.0.2.2`
    /// @param environment of the program, merged
    /// @param arguments of the program instead of the image's own; empty for those of the image
    /// @throws RefusedException when an option is no parameter, or all of it is too long
    public static String of(
            UnikraftConfig config,
            boolean initrd,
            SortedMap<String, String> options,
            SortedMap<String, String> environment,
            Optional<List<String>> arguments)
            throws RefusedException {
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, String> option : options.entrySet()) {
            words.add(parameter(option.getKey(), option.getValue()));
        }
        if (initrd && config.mountsByTable()) {
            words.add("vfs.fstab=[ \"initrd0:/:extract:::\" ]");
        }
        if (!environment.isEmpty()) {
            words.add(environment.entrySet().stream()
                    .map(variable -> inQuotes(variable.getKey() + "=" + variable.getValue()))
                    .collect(Collectors.joining(" ", "env.vars=[ ", " ]")));
        }
        if (!words.isEmpty()) {
            words.add("--");
        }
        words.addAll(program(config, arguments));
        return requireShort(String.join(" ", words));
    }

    private static List<String> program(UnikraftConfig config, Optional<List<String>> arguments) {
        return arguments.isPresent()
                ? arguments.get().stream().map(UnikraftCommandLine::quoted).toList()
                : config.command().stream()
                        .map(UnikraftCommandLine::asPublished)
                        .toList();
    }

    private static String requireShort(String line) throws RefusedException {
        int length = line.getBytes(StandardCharsets.UTF_8).length;
        if (length > Execution.MAX_BYTES) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "arguments",
                            "has " + length + " bytes together with the environment; expected at most "
                                    + Execution.MAX_BYTES)
                    .asException();
        }
        return line;
    }

    private static String parameter(String name, String value) throws RefusedException {
        if (!PARAMETER.matcher(name).matches()) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "options",
                            "has " + Refusal.quoted(name) + "; a Unikraft kernel has parameters such as netdev.ip")
                    .asException();
        }
        return name + "=" + quoted(value);
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : inQuotes(word);
    }

    private static String inQuotes(String word) {
        return "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /// A word of the image's own command as kraftkit passes it on, with which its publisher tried it: several arguments
    /// may stand in one word, and quotes of its own.
    private static String asPublished(String word) {
        int quotes = count(word, "'");
        return quotes == count(word, "\\'") ? word : "\"" + word + "\"";
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
