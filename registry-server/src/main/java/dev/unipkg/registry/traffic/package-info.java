/// What keeps clients that are slow, silent or greedy from taking memory and connections that others need.
@NullMarked
package dev.unipkg.registry.traffic;

import org.jspecify.annotations.NullMarked;
