/// The network of a machine: forwarded ports, what its guest can reach, and passt, which carries its frames.
@NullMarked
package dev.unipkg.cli.machine.network;

import org.jspecify.annotations.NullMarked;
