/// Images: from a build, a kernel release and settings to something a machine boots.
@NullMarked
package dev.unipkg.cli.compose;

import org.jspecify.annotations.NullMarked;
