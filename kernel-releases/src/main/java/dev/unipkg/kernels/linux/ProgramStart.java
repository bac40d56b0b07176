package dev.unipkg.kernels.linux;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// How the program of a Linux guest is started.
///
/// @param workingDirectory absolute; empty for `/`
/// @param user as whom, as in [dev.unipkg.format.oci.Execution#user]; empty for root
/// @param volumes directories that this user may write to, absolute
public record ProgramStart(
        String program,
        List<String> arguments,
        SortedMap<String, String> environment,
        String workingDirectory,
        String user,
        SortedSet<String> volumes) {

    /// A script for `sh` that becomes the program. Every word is quoted, so nothing of a package is read as shell.
    String script(Account account) {
        String busybox = "/" + LinuxGuest.HOME + "/busybox";
        StringBuilder script = new StringBuilder("uid=%d\ngid=%d\n".formatted(account.uid(), account.gid()))
                .append(". /" + LinuxGuest.HOME + "/prepare\ncd ")
                .append(quoted(workingDirectory.isEmpty() ? "/" : workingDirectory))
                .append(" || exit 126\nexec ")
                .append(busybox);
        if (account.uid() != 0 || account.gid() != 0) {
            script.append(" nsenter -S %d -G %d ".formatted(account.uid(), account.gid()))
                    .append(busybox);
        }
        script.append(" env -i --");
        SortedMap<String, String> variables = new TreeMap<>(account.environment());
        variables.putAll(environment);
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            script.append(" \\\n  ").append(quoted(variable.getKey() + "=" + variable.getValue()));
        }
        script.append(" \\\n  ").append(quoted(program));
        for (String argument : arguments) {
            script.append(" \\\n  ").append(quoted(argument));
        }
        return script.append('\n').toString();
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
