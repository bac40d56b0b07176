/// The shelf: what pkg keeps on this machine, by digest. Everything on it is whole and verified; it may be used
/// by several pkgs at once, and any of them may be killed at any moment.
@NullMarked
package dev.unipkg.cli.shelf;

import org.jspecify.annotations.NullMarked;
