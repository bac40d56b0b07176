/// The OCI records a build, a version and a kernel release are made of, and their JSON.
@NullMarked
package dev.unipkg.format.oci;

import org.jspecify.annotations.NullMarked;
