/// The verbs of `pkg image`, one file each.
@NullMarked
package dev.unipkg.cli.command.image;

import org.jspecify.annotations.NullMarked;
