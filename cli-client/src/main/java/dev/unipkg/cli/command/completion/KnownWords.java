package dev.unipkg.cli.command.completion;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.RememberedNames;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.PackageName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Names that are known on this machine: of packages and kernels, with their versions and tags, and of instances. No
/// registry is asked.
record KnownWords(SortedMap<PackageName, Set<String>> versions, List<String> instances) {

    static KnownWords of(Session session) throws IOException {
        SortedMap<PackageName, Set<String>> versions = new TreeMap<>();
        String origin = origin(session);
        Path shelf = session.settings().home().data();
        for (Refs.Ref ref : Shelf.at(shelf).refs().all()) {
            if (ref.registry().equals(origin) || ref.registry().equals(Refs.BUILT_HERE)) {
                add(versions, ref.name(), ref.versionOrTag());
            }
        }
        for (String line : RememberedNames.of(shelf, origin).lines()) {
            int colon = line.indexOf(':');
            try {
                PackageName name = PackageName.parse(colon < 0 ? line : line.substring(0, colon));
                add(versions, name, colon < 0 ? "" : line.substring(colon + 1));
            } catch (IllegalArgumentException e) {
                // Something else wrote here.
                continue;
            }
        }
        List<String> instances = new ArrayList<>();
        for (Instances.Snapshot seen : session.instances().all()) {
            instances.add(seen.name());
        }
        return new KnownWords(versions, instances);
    }

    private static void add(SortedMap<PackageName, Set<String>> versions, PackageName name, String version) {
        Set<String> known = versions.computeIfAbsent(name, key -> new TreeSet<>());
        if (!version.isEmpty()) {
            known.add(version);
        }
    }

    private static String origin(Session session) {
        try {
            return Origin.parse(session.settings().registry()).toString();
        } catch (Failure e) {
            // Told by the command that needs the registry.
            return "";
        }
    }
}
