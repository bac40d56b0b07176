/// Readiness probes: how pkg finds out that a guest's program is ready, and what it says of one that is late.
@NullMarked
package dev.unipkg.cli.machine.readiness;

import org.jspecify.annotations.NullMarked;
