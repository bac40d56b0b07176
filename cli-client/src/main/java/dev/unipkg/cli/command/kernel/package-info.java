/// The verbs of `pkg kernel`, one file each.
@NullMarked
package dev.unipkg.cli.command.kernel;

import org.jspecify.annotations.NullMarked;
