/// The program that trains the start-up cache of pkg, and the fake registry and samples that it shares with the
/// tests. Installations hold it as `lib/training.jar`, because the cache is made where pkg runs.
@NullMarked
package dev.unipkg.cli.training;

import org.jspecify.annotations.NullMarked;
