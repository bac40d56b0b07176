/// Limits that keep slow, silent or greedy clients from taking the memory and connections of others.
@NullMarked
package dev.unipkg.registry.traffic;

import org.jspecify.annotations.NullMarked;
