/// The API for unmodified clients of ops (nanovms/ops): the paths of its package hub and of its kernel downloads, over
/// the same catalog.
@NullMarked
package dev.unipkg.registry.ops;

import org.jspecify.annotations.NullMarked;
