/// Load and tables for the benchmarks: what `bench/run` starts, the same for us and for the peer beside us.
@NullMarked
package dev.unipkg.bench;

import org.jspecify.annotations.NullMarked;
