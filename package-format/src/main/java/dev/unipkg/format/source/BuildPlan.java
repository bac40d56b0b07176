package dev.unipkg.format.source;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.tree.FileTree;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything that one build will hold, before anything is written.
///
/// @param arch that the program is for
/// @param layers that are not empty
/// @param notes sentences for the person who builds: what was not found and may be missed
public record BuildPlan(
        PackageName name,
        Version version,
        PackageSettings settings,
        Arch arch,
        SortedMap<LayerKind, FileTree> layers,
        List<String> notes) {

    public BuildPlan {
        layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
        notes = List.copyOf(notes);
    }

    /// The layers over each other, as the guest will see them.
    public FileTree tree() {
        FileTree.Builder all = FileTree.builder();
        layers.values().forEach(all::merge);
        return all.build();
    }

    /// The config, with the digests of the layers once there are some.
    public ImageConfig config(List<Digest> diffIds) {
        return new ImageConfig(arch, settings.execution(), diffIds, settings.unikernel());
    }

    /// The annotations of the version's index.
    SortedMap<String, String> annotations() {
        SortedMap<String, String> annotations = new TreeMap<>(settings.about());
        annotations.put(Annotations.TITLE, name.toString());
        annotations.put(Annotations.VERSION, version.text());
        return annotations;
    }

    /// The annotations of the build's manifest: those of the index without the readme, which is kept once.
    SortedMap<String, String> manifestAnnotations() {
        SortedMap<String, String> annotations = annotations();
        annotations.remove(Annotations.README);
        return annotations;
    }
}
