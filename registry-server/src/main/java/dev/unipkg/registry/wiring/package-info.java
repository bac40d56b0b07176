/// Turns configuration into objects: settings, the embedded database, the blob store, the clock.
@NullMarked
package dev.unipkg.registry.wiring;

import org.jspecify.annotations.NullMarked;
