/// Unikraft images as others publish them: which tags of plain repositories are some, and what their indexes say.
@NullMarked
package dev.unipkg.registry.unikraft;

import org.jspecify.annotations.NullMarked;
