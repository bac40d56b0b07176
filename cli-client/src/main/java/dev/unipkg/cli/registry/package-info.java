/// HTTP towards registries: ours, through the native API and the OCI door, and any other that speaks the OCI
/// distribution specification 1.1.
@NullMarked
package dev.unipkg.cli.registry;

import org.jspecify.annotations.NullMarked;
