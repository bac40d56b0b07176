/// Folders with somebody's project, and the first `unipkg.yaml` for each kind of them.
@NullMarked
package dev.unipkg.cli.project;

import org.jspecify.annotations.NullMarked;
