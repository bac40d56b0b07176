package dev.unipkg.format.oci;

import java.util.Locale;
import java.util.Optional;

/// The kinds of layers, in their order in a manifest. Later layers win.
public enum LayerKind {
    /// The program and the files that belong to it.
    RUNTIME,
    /// Shared libraries, which repeat between packages.
    LIBS,
    /// Configuration, which changes most often.
    CONFIG;

    /// The kind whose word this is.
    public static Optional<LayerKind> find(String word) {
        for (LayerKind kind : values()) {
            if (kind.toString().equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /// The word in the annotation [Annotations#LAYER].
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
