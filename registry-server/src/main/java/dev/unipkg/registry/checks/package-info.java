/// Checks of what is pushed: builds with all their layers, kernel releases, and the indexes over them.
@NullMarked
package dev.unipkg.registry.checks;

import org.jspecify.annotations.NullMarked;
