package dev.unipkg.format.source;

import dev.unipkg.format.Arch;
import dev.unipkg.format.layer.WrittenLayer;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A finished build.
///
/// @param descriptor of the manifest, as the version's index names it
/// @param layers what was written
public record Built(Arch arch, Manifest manifest, Descriptor descriptor, SortedMap<LayerKind, WrittenLayer> layers) {

    public Built {
        layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
    }
}
