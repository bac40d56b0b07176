/// The catalog: repositories, versions, builds and tags, and the native API that shows them.
@NullMarked
package dev.unipkg.registry.catalog;

import org.jspecify.annotations.NullMarked;
