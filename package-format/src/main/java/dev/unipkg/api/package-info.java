/// The documents of the native HTTP API: one record each, shared by the server that writes and the client that reads
/// them.
@NullMarked
package dev.unipkg.api;

import org.jspecify.annotations.NullMarked;
