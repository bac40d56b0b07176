/// What the build runs to learn which classes pkg loads, and how its hot loops are best compiled, for the start-up
/// cache. Nobody else starts it.
@NullMarked
package dev.unipkg.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
