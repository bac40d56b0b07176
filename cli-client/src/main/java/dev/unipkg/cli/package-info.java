/// `pkg`: from the arguments to the exit code.
@NullMarked
package dev.unipkg.cli;

import org.jspecify.annotations.NullMarked;
