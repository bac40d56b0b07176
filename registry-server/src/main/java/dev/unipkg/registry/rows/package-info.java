/// How rows are read and written: SQL statements, and the values of the format in columns.
@NullMarked
package dev.unipkg.registry.rows;

import org.jspecify.annotations.NullMarked;
