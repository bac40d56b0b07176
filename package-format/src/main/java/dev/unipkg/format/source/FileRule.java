package dev.unipkg.format.source;

import dev.unipkg.format.oci.LayerKind;
import java.util.Optional;
import java.util.Set;

/// The rule for one path of a package.
///
/// @param origin where from
/// @param layer which layer it belongs to; empty for the default
/// @param executable whether a text is a program that can be executed; files keep what they have
record FileRule(Origin origin, Optional<LayerKind> layer, boolean executable) {

    /// The origin of a file's bytes.
    sealed interface Origin {

        /// A file, or a whole folder, beside the settings file.
        ///
        /// @param path relative to the settings file's folder, never leaving it
        /// @param without names of files and folders to leave out, at any depth
        record Beside(String path, Set<String> without) implements Origin {
            public Beside {
                without = Set.copyOf(without);
            }
        }

        /// A file, or a whole folder, of the root that the program is taken from.
        ///
        /// @param path absolute in that root
        /// @param without names of files and folders to leave out, at any depth
        record InRoot(String path, Set<String> without) implements Origin {
            public InRoot {
                without = Set.copyOf(without);
            }
        }

        /// A file with this text.
        record Text(String text) implements Origin {}

        /// A symlink.
        ///
        /// @param target absolute inside the package, or relative to the link's directory
        record Link(String target) implements Origin {}
    }
}
