package dev.unipkg.registry.web;

import dev.unipkg.format.PackageName;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The command line that runs a package of this registry, to be copied.
///
/// @param base the address of the registry, as the browser reached it
record RunCommand(String base) {

    /// The default registry of `pkg`.
    private static final String USUAL_REGISTRY = "http://localhost:8080";

    /// An address without any character that has a meaning to a shell. All others are quoted.
    private static final String PLAIN = "https?://[A-Za-z0-9.:/_-]+";

    private static final int PRIVILEGED = 1024;
    private static final int ABOVE = 8000;
    private static final int LAST_PORT = 65535;

    /// @param ports of the guest, as in `80/tcp`
    String of(PackageName name, Collection<String> ports) {
        String shortName = name.namespace().equals(PackageName.DEFAULT_NAMESPACE) ? name.name() : name.toString();
        Set<String> taken = new HashSet<>();
        String forwards = ports.stream().map(port -> forward(port, taken)).collect(Collectors.joining());
        return "pkg run" + registryOption() + " " + shortName + forwards;
    }

    /// The command for a repository; empty where its name is outside the grammar of packages.
    String of(String repository) {
        try {
            return of(PackageName.parse(repository), List.of());
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /// The option that names this registry, after a space; empty where `pkg` looks there anyway.
    String registryOption() {
        if (base.equals(USUAL_REGISTRY)) {
            return "";
        }
        return " --registry " + (base.matches(PLAIN) ? base : "'" + base.replace("'", "'\\''") + "'");
    }

    /// Forwards a port of the reader's machine. Low ones belong to root, so 80 becomes 8080; the port of the registry
    /// itself, which may run there, and a port that is forwarded already give way to the next.
    ///
    /// @param taken the ports of the reader's machine that are forwarded already, each with its protocol
    private String forward(String port, Set<String> taken) {
        int number = Integer.parseInt(port.replaceFirst("/.*", ""));
        String protocol = port.endsWith("/udp") ? "/udp" : "";
        int here = number < PRIVILEGED ? number + ABOVE : number;
        while (base.endsWith(":" + here) || !taken.add(here + protocol)) {
            here = here == LAST_PORT ? PRIVILEGED : here + 1;
        }
        return " -p " + here + ":" + number + protocol;
    }
}
