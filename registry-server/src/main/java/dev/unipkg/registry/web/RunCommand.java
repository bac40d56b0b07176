package dev.unipkg.registry.web;

import dev.unipkg.format.PackageName;
import java.util.Collection;
import java.util.stream.Collectors;

/// The command line that runs a package of this registry, to be copied.
///
/// @param base the address of the registry, as the browser reached it
record RunCommand(String base) {

    /// Where `pkg` looks without being told.
    private static final String USUAL_REGISTRY = "http://localhost:8080";

    /// What an address consists of that no shell gives a meaning to.
    private static final String PLAIN = "https?://[A-Za-z0-9.:\\[\\]-]+";

    private static final int PRIVILEGED = 1024;
    private static final int ABOVE = 8000;

    /// @param ports of the guest, as in `80/tcp`
    String of(PackageName name, Collection<String> ports) {
        String registry = base.equals(USUAL_REGISTRY) || !base.matches(PLAIN) ? "" : " --registry " + base;
        String shortName = name.namespace().equals(PackageName.DEFAULT_NAMESPACE) ? name.name() : name.toString();
        String forwards = ports.stream().map(this::forward).collect(Collectors.joining());
        return "pkg run" + registry + " " + shortName + forwards;
    }

    /// Forwards a port of the reader's machine. Low ones belong to root, so 80 becomes 8080; the port of the registry
    /// itself, which may run there, gives way to the next.
    private String forward(String port) {
        int number = Integer.parseInt(port.replaceFirst("/.*", ""));
        int free = number < PRIVILEGED ? number + ABOVE : number;
        int here = base.endsWith(":" + free) ? free + 1 : free;
        return " -p " + here + ":" + number + (port.endsWith("/udp") ? "/udp" : "");
    }
}
