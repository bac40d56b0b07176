/// Accounts: API keys, short-lived tokens, namespaces.
@NullMarked
package dev.unipkg.registry.accounts;

import org.jspecify.annotations.NullMarked;
