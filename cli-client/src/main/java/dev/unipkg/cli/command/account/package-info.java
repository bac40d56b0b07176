/// The verbs about accounts: `pkg namespace`, `pkg key`, `pkg whoami` and `pkg logout`, one file each.
@NullMarked
package dev.unipkg.cli.command.account;

import org.jspecify.annotations.NullMarked;
