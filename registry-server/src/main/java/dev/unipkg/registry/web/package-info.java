/// The pages that a person sees in a browser: the packages there are, and each of them.
@NullMarked
package dev.unipkg.registry.web;

import org.jspecify.annotations.NullMarked;
