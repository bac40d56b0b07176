/// Boots an instance and watches over it until it ends or is left running.
@NullMarked
package dev.unipkg.cli.machine.boot;

import org.jspecify.annotations.NullMarked;
