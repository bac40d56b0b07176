/// The verbs of pkg, one file each.
@NullMarked
package dev.unipkg.cli.command;

import org.jspecify.annotations.NullMarked;
