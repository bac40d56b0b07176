/// The registry server's process. The rooms below are features, which it only starts.
@NullMarked
package dev.unipkg.registry;

import org.jspecify.annotations.NullMarked;
