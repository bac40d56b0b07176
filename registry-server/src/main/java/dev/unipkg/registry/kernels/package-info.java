/// Kernel families, their releases and channels, as the native API shows and moves them.
@NullMarked
package dev.unipkg.registry.kernels;

import org.jspecify.annotations.NullMarked;
