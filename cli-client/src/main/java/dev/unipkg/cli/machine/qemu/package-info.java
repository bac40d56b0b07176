/// QEMU: its machines, accelerators and command line, how it is started, and its machine protocol.
@NullMarked
package dev.unipkg.cli.machine.qemu;

import org.jspecify.annotations.NullMarked;
