/// The sources of a package: the settings file, the files and libraries that it names, and the layers, config and
/// manifest that are built from them.
@NullMarked
package dev.unipkg.format.source;

import org.jspecify.annotations.NullMarked;
