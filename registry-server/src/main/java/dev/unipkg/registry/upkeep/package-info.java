/// What an operator looks at, health, readiness and metrics, and what keeps the server up.
@NullMarked
package dev.unipkg.registry.upkeep;

import org.jspecify.annotations.NullMarked;
