/// Settings from the command line, the environment and the config file.
@NullMarked
package dev.unipkg.cli.settings;

import org.jspecify.annotations.NullMarked;
