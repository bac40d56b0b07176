/// The verbs of `pkg cache`, one file each.
@NullMarked
package dev.unipkg.cli.command.cache;

import org.jspecify.annotations.NullMarked;
