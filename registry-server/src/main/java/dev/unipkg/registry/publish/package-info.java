/// What happens when something is pushed: it is read, checked, stored, and made visible in one transaction.
@NullMarked
package dev.unipkg.registry.publish;

import org.jspecify.annotations.NullMarked;
