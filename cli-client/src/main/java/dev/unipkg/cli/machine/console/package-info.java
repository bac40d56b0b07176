/// The streams of a guest: its serial console, what is kept of it, and the standard input of its program.
@NullMarked
package dev.unipkg.cli.machine.console;

import org.jspecify.annotations.NullMarked;
