/// What a person set: on the command line, in the environment, in their config file.
@NullMarked
package dev.unipkg.cli.settings;

import org.jspecify.annotations.NullMarked;
