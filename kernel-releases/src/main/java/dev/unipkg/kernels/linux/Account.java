package dev.unipkg.kernels.linux;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The user that a program runs as: an entry of the package's `/etc/passwd` (passwd(5)), or of the one that it gets
/// where it has none.
///
/// @param name empty where the package has a passwd file without this uid
/// @param group the name of its group, for a group file where there is none
/// @param home absolute
record Account(String name, String group, long uid, long gid, String home) {

    private static final String PASSWD = "etc/passwd";
    private static final String GROUP = "etc/group";
    private static final long MAX_FILE_BYTES = 1 << 20;

    private static final long NOBODY = 65_534;

    /// The uid of a user with a name and nothing else.
    private static final long FIRST_UID = 1000;

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final List<Account> KNOWN = List.of(
            new Account("root", "root", 0, 0, "/root"),
            new Account("nobody", "nogroup", NOBODY, NOBODY, "/nonexistent"));

    /// The account that `user` names.
    ///
    /// @param user `name` or `uid`, or either with `:group` or `:gid` behind it; empty for root
    /// @throws RefusedException when the package has the file that would know a name, and it does not
    static Account of(FileTree root, String user) throws IOException {
        String[] words = (user.isEmpty() ? "0" : user).split(":", 2);
        Account account = user(root, words[0]);
        return words.length == 1 ? account : account.in(root, words[1]);
    }

    private static Account user(FileTree root, String word) throws IOException {
        Optional<List<String[]>> passwd = entries(root, PASSWD, 6);
        for (String[] entry : passwd.orElse(List.of())) {
            Optional<Long> uid = number(entry[2]);
            Optional<Long> gid = number(entry[3]);
            boolean fits = entry[0].equals(word) || uid.isPresent() && uid.equals(number(word));
            if (fits && uid.isPresent() && gid.isPresent()) {
                String name = Execution.isUser(entry[0]) ? entry[0] : "";
                return new Account(name, "user", uid.get(), gid.get(), home(entry[5]));
            }
        }
        for (Account known : KNOWN) {
            boolean fits = known.name.equals(word) || number(word).equals(Optional.of(known.uid));
            if (fits && (passwd.isEmpty() || known.uid == 0)) {
                return known;
            }
        }
        if (number(word).isPresent()) {
            String name = passwd.isEmpty() ? "user" : "";
            long id = number(word).get();
            return new Account(name, "user", id, id, passwd.isEmpty() ? "/home/user" : "/");
        }
        if (passwd.isPresent()) {
            throw unknown(word, PASSWD);
        }
        return new Account(word, word, FIRST_UID, FIRST_UID, "/home/" + word);
    }

    private Account in(FileTree root, String word) throws IOException {
        if (number(word).isPresent()) {
            return new Account(name, group, uid, number(word).get(), home);
        }
        Optional<List<String[]>> groups = entries(root, GROUP, 3);
        for (String[] entry : groups.orElse(List.of())) {
            Optional<Long> id = number(entry[2]);
            if (entry[0].equals(word) && id.isPresent()) {
                return new Account(name, word, uid, id.get(), home);
            }
        }
        for (Account known : KNOWN) {
            if (groups.isEmpty() && known.group.equals(word)) {
                return new Account(name, word, uid, known.gid, home);
            }
        }
        if (groups.isPresent()) {
            throw unknown(word, GROUP);
        }
        return new Account(name, word, uid, gid, home);
    }

    /// The variables that programs expect.
    SortedMap<String, String> environment() {
        SortedMap<String, String> variables = new TreeMap<>();
        variables.put("HOME", home);
        variables.put("PATH", PATH);
        if (!name.isEmpty()) {
            variables.put("USER", name);
        }
        return variables;
    }

    /// Adds the files by which programs find names of users and groups, where the package lacks them.
    void addFiles(FileTree root, FileTree.Builder tree) {
        Optional<Node> etc = root.find("etc");
        if (etc.isPresent() && !(etc.get() instanceof Node.Directory)) {
            // A link leads to where the package keeps such files, if it has them.
            return;
        }
        if (root.find(PASSWD).isEmpty()) {
            String own = isKnown(uid) ? "" : "%s:x:%d:%d::%s:/bin/sh\n".formatted(name, uid, gid, home);
            tree.file(
                    PASSWD,
                    "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
                            + own);
        }
        if (root.find(GROUP).isEmpty()) {
            String own = isKnown(gid) ? "" : "%s:x:%d:\n".formatted(group, gid);
            tree.file(GROUP, "root:x:0:\nnogroup:x:65534:\n" + own);
        }
    }

    private static boolean isKnown(long id) {
        return KNOWN.stream().anyMatch(known -> known.uid == id);
    }

    /// The lines of such a file, each as its fields; empty where the package has no such file.
    private static Optional<List<String[]>> entries(FileTree root, String path, int fields) throws IOException {
        Optional<FileTree.Found> found = root.resolve(path);
        if (found.isEmpty() || !(found.get().node() instanceof Node.File file)) {
            return Optional.empty();
        }
        if (file.content().size() > MAX_FILE_BYTES) {
            throw impossible("is looked up in /" + path + ", which has "
                    + file.content().size() + " bytes; expected at most " + MAX_FILE_BYTES);
        }
        return Optional.of(new String(file.content().readAll(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(":", -1))
                .filter(entry -> entry.length >= fields)
                .toList());
    }

    private static String home(String path) {
        return path.startsWith("/") && TreePath.isPath(path.substring(1)) ? path : "/";
    }

    private static Optional<Long> number(String word) {
        return word.matches("[0-9]{1,9}") ? Optional.of(Long.valueOf(word)) : Optional.empty();
    }

    private static RefusedException unknown(String word, String file) {
        return impossible("names " + Refusal.quoted(word) + ", which is not in /" + file
                + " of the package; add it there, leave the file out, or name a number");
    }

    private static RefusedException impossible(String detail) {
        return new ProgramRefusal.ImpossibleSetting("user", detail).asException();
    }
}
