/// Kernel releases, and how a bootable image for each family is put together. Pure Java: no network, no
/// beans.
@NullMarked
package dev.unipkg.kernels;

import org.jspecify.annotations.NullMarked;
