/// How pkg speaks: results on stdout, messages and progress on stderr, failures as sentences with an exit code.
@NullMarked
package dev.unipkg.cli.output;

import org.jspecify.annotations.NullMarked;
