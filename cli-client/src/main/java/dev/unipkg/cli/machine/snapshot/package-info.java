/// Snapshots of machines that have answered, from which others go on instead of booting.
@NullMarked
package dev.unipkg.cli.machine.snapshot;

import org.jspecify.annotations.NullMarked;
