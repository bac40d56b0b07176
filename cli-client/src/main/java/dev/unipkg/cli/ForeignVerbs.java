package dev.unipkg.cli;

import java.util.Map;
import java.util.Optional;

/// Verbs of other tools (docker, podman, kubectl, apt, npm, ops, kraft) that hands try by habit, with ours.
final class ForeignVerbs {
    private static final String INSTANCES = "pkg ps";
    private static final String REMOVAL = "pkg rm for an instance, pkg cache rm for a package on this machine";
    private static final String NO_SHELL =
            "a machine runs one program and has no shell to enter; see its console with pkg logs";

    private static final Map<String, String> OURS = Map.ofEntries(
            Map.entry("pull", "pkg get"),
            Map.entry("fetch", "pkg get"),
            Map.entry("download", "pkg get"),
            Map.entry("install", "pkg get"),
            Map.entry("add", "pkg get"),
            Map.entry("update", "pkg get, which brings the latest version"),
            Map.entry("upgrade", "pkg get, which brings the latest version"),
            Map.entry("images", "pkg list --shelf"),
            Map.entry("ls", "pkg list for packages, pkg ps for instances"),
            Map.entry("instances", INSTANCES),
            Map.entry("containers", INSTANCES),
            Map.entry("container", INSTANCES),
            Map.entry("top", INSTANCES),
            Map.entry("stats", INSTANCES),
            Map.entry("status", INSTANCES),
            Map.entry("rmi", "pkg cache rm"),
            Map.entry("uninstall", "pkg cache rm"),
            Map.entry("purge", "pkg cache rm"),
            Map.entry("autoremove", "pkg cache prune"),
            Map.entry("clean", "pkg cache prune"),
            Map.entry("prune", "pkg cache prune"),
            Map.entry("system", "pkg cache"),
            Map.entry("delete", REMOVAL),
            Map.entry("del", REMOVAL),
            Map.entry("remove", REMOVAL),
            Map.entry("show", "pkg info for a package, pkg inspect for an instance"),
            Map.entry("view", "pkg info"),
            Map.entry("describe", "pkg info for a package, pkg inspect for an instance"),
            Map.entry("tags", "pkg versions"),
            Map.entry("find", "pkg search"),
            Map.entry("create", "pkg run, which makes the instance and boots it"),
            Map.entry("start", "pkg run for a package, pkg restart for an instance"),
            Map.entry("up", "pkg run -d"),
            Map.entry("down", "pkg stop"),
            Map.entry("apply", "pkg run -d"),
            Map.entry("deploy", "pkg run -d"),
            Map.entry("log", "pkg logs"),
            Map.entry("attach", "pkg logs -f"),
            Map.entry("publish", "pkg push"),
            Map.entry("upload", "pkg push"),
            Map.entry("compile", "pkg build"),
            Map.entry("package", "pkg build"),
            Map.entry("signin", "pkg login"),
            Map.entry("auth", "pkg login"),
            Map.entry("save", "pkg image build -o"),
            Map.entry("export", "pkg image build -o"),
            Map.entry("exec", NO_SHELL),
            Map.entry("ssh", NO_SHELL),
            Map.entry("shell", NO_SHELL),
            Map.entry(
                    "cp", "the files of a package are listed by pkg contents, and printed by pkg image inspect --cat"),
            Map.entry("tag", "pkg build -t"));

    private ForeignVerbs() {}

    /// The end of a sentence that says there is no such verb: our word for it, or why there is none.
    static Optional<String> ours(String verb) {
        return Optional.ofNullable(OURS.get(verb))
                .map(ours -> ours.startsWith("pkg ") ? "; here that is " + ours : ": " + ours);
    }

    /// All verbs of other tools that are known.
    static Map<String, String> all() {
        return OURS;
    }
}
