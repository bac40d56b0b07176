/// The instances on the shelf: their names, folders and records, how they end, and how other pkgs stop and
/// read them.
@NullMarked
package dev.unipkg.cli.machine.instance;

import org.jspecify.annotations.NullMarked;
