package dev.unipkg.api;

import dev.unipkg.format.Version;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A kernel family.
///
/// @param family `nanos`, `linux` or `unikraft`
/// @param channels and the releases they point at
/// @param releases how many there are
/// @param latest the newest release; empty before the first one
public record KernelFamilyInfo(
        String family, SortedMap<String, Version> channels, long releases, Optional<Version> latest)
        implements ApiRecord {

    public KernelFamilyInfo {
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
    }
}
