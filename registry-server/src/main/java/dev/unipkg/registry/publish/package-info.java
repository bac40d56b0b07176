/// Pushes of manifests, their versions and tags, and their removal. Every change is visible in one transaction.
@NullMarked
package dev.unipkg.registry.publish;

import org.jspecify.annotations.NullMarked;
