/// The meters of what the registry does, which `/metrics` shows beside those of HTTP, the JVM and the database pool.
@NullMarked
package dev.unipkg.registry.metrics;

import org.jspecify.annotations.NullMarked;
