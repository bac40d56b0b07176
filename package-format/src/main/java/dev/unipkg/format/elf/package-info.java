/// ELF programs and libraries, parsed and never run: what a program needs to start, and where the dynamic
/// linker would find it.
@NullMarked
package dev.unipkg.format.elf;

import org.jspecify.annotations.NullMarked;
