/// File headers, and files that appear whole or not at all.
@NullMarked
package dev.unipkg.kernels.file;

import org.jspecify.annotations.NullMarked;
