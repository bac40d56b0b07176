/// What exists: repositories, versions, builds, tags and what they hold, and the native API that tells it.
@NullMarked
package dev.unipkg.registry.catalog;

import org.jspecify.annotations.NullMarked;
