/// How pkg speaks: results on stdout, talk and progress on stderr, failures as sentences with an exit code.
@NullMarked
package dev.unipkg.cli.talk;

import org.jspecify.annotations.NullMarked;
