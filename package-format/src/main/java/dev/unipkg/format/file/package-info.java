/// Files that appear whole: written aside, synced and renamed.
@NullMarked
package dev.unipkg.format.file;

import org.jspecify.annotations.NullMarked;
