/// What an operator looks at: health, readiness and metrics.
@NullMarked
package dev.unipkg.registry.upkeep;

import org.jspecify.annotations.NullMarked;
