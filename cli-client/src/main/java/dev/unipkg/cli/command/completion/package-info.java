/// Completion of command lines in shells: the scripts for them, and the candidates that the scripts ask pkg for.
@NullMarked
package dev.unipkg.cli.command.completion;

import org.jspecify.annotations.NullMarked;
