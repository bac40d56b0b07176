/// Debian packages, downloaded and verified by apt and unpacked without root.
@NullMarked
package dev.unipkg.cli.debian;

import org.jspecify.annotations.NullMarked;
