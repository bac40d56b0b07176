/// The content of the shelf as its user sees it: how much there is, when it was used, and how it is removed.
@NullMarked
package dev.unipkg.cli.cache;

import org.jspecify.annotations.NullMarked;
