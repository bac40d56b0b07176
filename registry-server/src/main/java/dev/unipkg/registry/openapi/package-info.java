/// The OpenAPI document: what the resources' annotations cannot say of the HTTP API, and so is said here once.
@NullMarked
package dev.unipkg.registry.openapi;

import org.jspecify.annotations.NullMarked;
