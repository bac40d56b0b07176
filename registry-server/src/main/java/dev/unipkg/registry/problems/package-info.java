/// The only place where a reason to say no meets an HTTP status.
@NullMarked
package dev.unipkg.registry.problems;

import org.jspecify.annotations.NullMarked;
