/// Content by digest: the blobs that each repository holds, their bytes, and the listings of their layers.
@NullMarked
package dev.unipkg.registry.content;

import org.jspecify.annotations.NullMarked;
