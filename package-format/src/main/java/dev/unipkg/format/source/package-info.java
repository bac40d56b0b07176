/// What a package is made from: the settings a person writes, the files and libraries they name, and the layers,
/// config and manifest that come of them.
@NullMarked
package dev.unipkg.format.source;

import org.jspecify.annotations.NullMarked;
