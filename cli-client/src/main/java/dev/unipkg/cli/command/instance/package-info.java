/// The verbs that work on instances, one file each.
@NullMarked
package dev.unipkg.cli.command.instance;

import org.jspecify.annotations.NullMarked;
