/// Between a registry and the shelf: resolve a reference, get what the shelf lacks, push what it holds.
@NullMarked
package dev.unipkg.cli.transfer;

import org.jspecify.annotations.NullMarked;
