package dev.unipkg.cli.shelf;

import dev.unipkg.cli.settings.LineFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Names that a registry has told, for completion: lines `namespace/name` and `namespace/name:version` in the file
/// `known/<registry>` on the shelf, at most 5,000 of them, the newest last.
public record RememberedNames(LineFile file) {
    private static final int MAX_LINES = 5000;

    /// The names that this registry has told.
    ///
    /// @param shelf the folder of the shelf
    /// @param registry its origin
    public static RememberedNames of(Path shelf, String registry) {
        String name = registry.isEmpty() ? "none" : registry.replaceFirst("://", "_");
        return new RememberedNames(new LineFile(shelf.resolve("known").resolve(name)));
    }

    public List<String> lines() throws IOException {
        return file.lines();
    }

    /// Adds names.
    public void add(Collection<String> names) throws IOException {
        if (new LinkedHashSet<>(lines()).containsAll(names)) {
            return;
        }
        file.change(lines -> {
            Set<String> all = new LinkedHashSet<>(lines);
            names.forEach(all::remove);
            all.addAll(names);
            List<String> kept = new ArrayList<>(all);
            return kept.subList(Math.max(0, kept.size() - MAX_LINES), kept.size());
        });
    }
}
