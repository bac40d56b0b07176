/// The package format: names, digests, records and layers. Pure Java: no network, no database, no beans.
@NullMarked
package dev.unipkg.format;

import org.jspecify.annotations.NullMarked;
