/// How the values of the format are stored in columns.
@NullMarked
package dev.unipkg.registry.columns;

import org.jspecify.annotations.NullMarked;
