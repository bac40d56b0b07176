/// The OCI door: `/v2` as the OCI distribution-spec describes it, so that any OCI client can push and pull.
@NullMarked
package dev.unipkg.registry.oci;

import org.jspecify.annotations.NullMarked;
