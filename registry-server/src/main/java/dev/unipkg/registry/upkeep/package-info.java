/// Health, readiness and metrics for operators.
@NullMarked
package dev.unipkg.registry.upkeep;

import org.jspecify.annotations.NullMarked;
