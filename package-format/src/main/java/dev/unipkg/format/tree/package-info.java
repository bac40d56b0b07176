/// A file tree in memory whose file contents stay where they are until they are copied.
@NullMarked
package dev.unipkg.format.tree;

import org.jspecify.annotations.NullMarked;
