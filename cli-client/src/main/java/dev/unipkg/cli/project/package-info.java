/// Project folders, and the first `unipkg.yaml` for each kind.
@NullMarked
package dev.unipkg.cli.project;

import org.jspecify.annotations.NullMarked;
