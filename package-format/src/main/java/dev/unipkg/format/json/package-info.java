/// Strict JSON: what two readers could read differently is refused.
@NullMarked
package dev.unipkg.format.json;

import org.jspecify.annotations.NullMarked;
