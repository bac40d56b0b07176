package dev.unipkg.format.layer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The rules for layer entries beyond those of a tree. The writer and the reader apply the same ones.
final class EntryRules {

    /// Container layers delete a file of the layer below by an entry of this name.
    private static final String WHITEOUT = ".wh.";

    private EntryRules() {}

    /// The rule that `entry` breaks, as the end of a sentence; null if it breaks none.
    static @Nullable String problem(LayerEntry entry) {
        String path = entry.path();
        if (path.startsWith(WHITEOUT, path.lastIndexOf('/') + 1)) {
            return "names that begin with .wh. delete files in container layers";
        }
        String target = entry.linkTarget().orElse("");
        if (!new String(target.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(target)) {
            return "its target is not text that UTF-8 can hold";
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c < 0x20 || c == 0x7f) {
                return "its target holds a control character";
            }
        }
        return null;
    }
}
