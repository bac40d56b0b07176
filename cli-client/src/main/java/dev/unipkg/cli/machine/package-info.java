/// Boots images as machines under QEMU and watches over them until they end: which machine, which
/// accelerator, where its console goes, when it answers, how it stops and what its end means.
@NullMarked
package dev.unipkg.cli.machine;

import org.jspecify.annotations.NullMarked;
