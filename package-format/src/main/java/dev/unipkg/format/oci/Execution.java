package dev.unipkg.format.oci;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How a build's program is started, in OCI's terms (image-spec, config.md, "config").
///
/// @param entrypoint the program, absolute, and arguments that always go first
/// @param cmd further arguments, which `pkg run` may replace
/// @param env the environment
/// @param workingDir absolute; empty for `/`
/// @param exposedPorts where it listens: `port`, `port/tcp` or `port/udp`
/// @param volumes directories whose content should outlive an instance, absolute
/// @param user as whom the program runs: `name` or `uid`, or either with `:group` or `:gid` behind it; empty for root
public record Execution(
        List<String> entrypoint,
        List<String> cmd,
        SortedMap<String, String> env,
        String workingDir,
        SortedSet<String> exposedPorts,
        SortedSet<String> volumes,
        String user) {

    private static final String ACCOUNT = "([A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,9})";

    private static final Pattern USER = Pattern.compile(ACCOUNT + "(:" + ACCOUNT + ")?");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    /// The most bytes that arguments and environment have together, each with the NUL that ends it: what every Linux
    /// gives a program (`ARG_MAX` of `linux/limits.h`).
    public static final int MAX_BYTES = 128 << 10;

    /// Nothing is said about it.
    public static final Execution NONE =
            new Execution(List.of(), List.of(), new TreeMap<>(), "", new TreeSet<>(), new TreeSet<>());

    /// A program that runs as root.
    public Execution(
            List<String> entrypoint,
            List<String> cmd,
            SortedMap<String, String> env,
            String workingDir,
            SortedSet<String> exposedPorts,
            SortedSet<String> volumes) {
        this(entrypoint, cmd, env, workingDir, exposedPorts, volumes, "");
    }

    public Execution {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
        exposedPorts = Collections.unmodifiableSortedSet(new TreeSet<>(exposedPorts));
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
    }

    /// Whether this is a name for a variable in `unipkg.yaml` and on the command line. Packages made by other tools may
    /// have variables of any name.
    public static boolean isVariable(String name) {
        return VARIABLE.matcher(name).matches();
    }

    /// Whether a program may run as a user of this name or number.
    public static boolean isUser(String user) {
        return USER.matcher(user).matches();
    }

    /// Whether the program runs as another user than root, as far as the word tells.
    public boolean hasUser() {
        return !user.isEmpty() && !user.matches("(root|0)(:(root|0))?");
    }

    /// Requires a program that can be named from anywhere, and arguments and an environment that it can be given. Asked
    /// where a package is made or taken.
    ///
    /// @throws RefusedException when the program is relative, its user is no name, or they have more than
    ///     [#MAX_BYTES]
    public Execution requirePossible() throws RefusedException {
        if (!program().isEmpty() && !program().startsWith("/")) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "program", "is " + Refusal.quoted(program()) + "; expected an absolute path")
                    .asException();
        }
        if (!user.isEmpty() && !isUser(user)) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "user",
                            "is " + Refusal.quoted(user) + "; expected a name or a uid, as in postgres or 1000:1000")
                    .asException();
        }
        long bytes = Stream.of(
                        entrypoint.stream(),
                        cmd.stream(),
                        env.entrySet().stream().map(variable -> variable.getKey() + "=" + variable.getValue()))
                .flatMap(words -> words)
                .mapToLong(word -> word.getBytes(StandardCharsets.UTF_8).length + 1L)
                .sum();
        if (bytes > MAX_BYTES) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "env", "has " + bytes + " bytes together with the arguments; expected at most " + MAX_BYTES)
                    .asException();
        }
        return this;
    }

    /// The program: the first word of entrypoint and cmd; empty where there is none.
    public String program() {
        return !entrypoint.isEmpty() ? entrypoint.getFirst() : cmd.isEmpty() ? "" : cmd.getFirst();
    }
}
