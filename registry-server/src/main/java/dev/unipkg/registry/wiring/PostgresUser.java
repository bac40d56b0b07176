package dev.unipkg.registry.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// As whom PostgreSQL runs: it refuses to be root. A server that is root itself hides that from PostgreSQL in a user
/// namespace; where the machine forbids those (many containers do), PostgreSQL becomes the user `nobody`.
///
/// @param uid who owns the data
/// @param prefix the command that becomes that user, empty where nothing need change
record PostgresUser(int uid, List<String> prefix) {

    private static final int ROOT = 0;
    private static final int NOBODY = 65534;

    static PostgresUser ofThisProcess() throws IOException {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (uid != ROOT) {
            return new PostgresUser(uid, List.of());
        }
        if (succeeds("unshare", "--user", "true")) {
            return new PostgresUser(ROOT, List.of("unshare", "--user"));
        }
        return asNobody();
    }

    static PostgresUser asNobody() throws IOException {
        List<String> prefix = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        if (!succeeds(append(prefix, "true").toArray(String[]::new))) {
            throw new IOException("PostgreSQL does not run as root, and neither `unshare --user` nor `setpriv` works"
                    + " here; start the server as another user, or set quarkus.datasource.jdbc.url");
        }
        return new PostgresUser(NOBODY, prefix);
    }

    /// Makes a folder inside `home` this user's, and lets the user reach it.
    void own(Path home, Path folder) throws IOException {
        Folders.giveTo(uid, folder);
        if (uid == NOBODY) {
            Folders.letPass(home);
            if (!succeeds(append(prefix, "test", "-w", folder.toString()).toArray(String[]::new))) {
                throw new IOException("PostgreSQL runs as the user nobody here and cannot reach " + folder
                        + "; choose a folder outside of root's home with unipkg.data");
            }
        }
    }

    /// A process of this user, in a session of its own: Ctrl-C in a terminal reaches the server alone, which then
    /// stops PostgreSQL when the last request is answered.
    ProcessBuilder command(Path program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add("setsid");
        command.addAll(prefix);
        command.add(program.toString());
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        return process;
    }

    private static List<String> append(List<String> prefix, String... more) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(more));
        return command;
    }

    private static boolean succeeds(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was starting", e);
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
