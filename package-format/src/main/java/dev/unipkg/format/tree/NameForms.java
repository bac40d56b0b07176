package dev.unipkg.format.tree;

import dev.unipkg.format.ArchiveRefusal;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Names that are the same text in two Unicode forms. Linux keeps both; APFS and HFS+ look names up by their canonical
/// form, so that one file of the two is lost there. Two names are the same when their forms C are (UAX #15), which
/// holds exactly when their forms D are.
///
/// Names that differ in case, and compatibility characters such as `ﬁ` for `fi`, are different names: Linux programs
/// rely on the former, and no file system folds the latter unless it is set up so.
final class NameForms {

    private NameForms() {}

    /// The first two names of one directory that are the same text.
    static Optional<ArchiveRefusal> firstEqual(String path, Node.Directory directory) {
        Map<String, String> byForm = new HashMap<>();
        // A directory of ASCII names holds no two forms of one.
        boolean ascii = directory.children().keySet().stream().allMatch(NameForms::isAscii);
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
            String name = child.getKey();
            String same = ascii ? null : byForm.put(Normalizer.normalize(name, Normalizer.Form.NFC), name);
            if (same != null) {
                return Optional.of(new ArchiveRefusal.EqualNames(TreePath.join(path, name), TreePath.join(path, same)));
            }
            Optional<ArchiveRefusal> below = child.getValue() instanceof Node.Directory sub
                    ? firstEqual(TreePath.join(path, name), sub)
                    : Optional.empty();
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private static boolean isAscii(String name) {
        return name.chars().allMatch(c -> c < 0x80);
    }
}
