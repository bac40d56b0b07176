package dev.unipkg.registry.problems;

import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;

/// The grammar of a namespace and of a package's own name, for messages.
public final class NamePart {

    private static final String RULE = "lowercase letters and digits, with single . or - between them, at most "
            + PackageName.MAX_PART_LENGTH + " characters";

    private NamePart() {}

    /// @param what `namespace` or `name`
    /// @throws RefusedException where the text is none
    public static void require(String what, String text) throws RefusedException {
        if (!PackageName.isPart(text)) {
            throw new NameRefusal.InvalidName(what, text, RULE).asException();
        }
    }
}
