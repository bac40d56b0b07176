package dev.unipkg.registry.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The user that PostgreSQL runs as: the server's own, or `nobody` where the server runs as root. A user namespace
/// would hide root from PostgreSQL too, but leave root's files within its reach.
///
/// @param uid the owner of the data
/// @param prefix the command that becomes that user; empty if it already is
record PostgresUser(int uid, List<String> prefix) {

    private static final int ROOT = 0;
    private static final int NOBODY = 65534;

    /// Arguments of `setpriv` that keep the capability to pass through and to read any folder. The secure bit keeps it
    /// in `access(2)` too, by which PostgreSQL looks for its own programs.
    private static final List<String> PASSING = List.of(
            "--securebits=+no_setuid_fixup",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search");

    static PostgresUser ofThisProcess() throws IOException {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (uid != ROOT) {
            return new PostgresUser(uid, List.of());
        }
        List<String> prefix = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        if (!succeeds(append(prefix, List.of("true")))) {
            throw new IOException("PostgreSQL does not run as root, and `setpriv` cannot make it another user here;"
                    + " start the server as another user, or set quarkus.datasource.jdbc.url");
        }
        return new PostgresUser(NOBODY, prefix);
    }

    /// This user, able to reach `home` and the programs. A private folder on the way stops `nobody`, such as
    /// root's home with a clone of this project in it. PostgreSQL then keeps the capability to pass it.
    ///
    /// @throws IOException with a sentence for the operator where this process may not pass the capability on
    PostgresUser reaching(Path home, PostgresBinaries binaries) throws IOException {
        if (uid != NOBODY) {
            return this;
        }
        Folders.letPass(home);
        String program = binaries.program("initdb").toString();
        PostgresUser passing = new PostgresUser(uid, append(prefix, PASSING));
        for (PostgresUser user : List.of(this, passing)) {
            if (succeeds(append(user.prefix, List.of("test", "-x", home.toString(), "-a", "-x", program)))) {
                return user;
            }
        }
        throw new IOException("PostgreSQL runs as the user nobody here and cannot reach " + home
                + "; choose a folder that every user can reach, such as /var/lib/unipkg, with --data or unipkg.data");
    }

    /// Makes a folder or a file this user's.
    void own(Path path) throws IOException {
        Folders.giveTo(uid, path);
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

    private static List<String> append(List<String> prefix, List<String> more) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(more);
        return command;
    }

    private static boolean succeeds(List<String> command) throws IOException {
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
