/// Who is asking and what they may do: API keys, short-lived tokens, namespaces.
@NullMarked
package dev.unipkg.registry.accounts;

import org.jspecify.annotations.NullMarked;
