/// How often builds are downloaded: exact numbers per version, architecture and day, and nothing about who downloads.
/// The concept page `docs/concepts/counting.md` states the rule.
@NullMarked
package dev.unipkg.registry.counts;

import org.jspecify.annotations.NullMarked;
