/// The JSON records of the native HTTP API, shared by the server that writes and the client that reads them.
@NullMarked
package dev.unipkg.format.api;

import org.jspecify.annotations.NullMarked;
