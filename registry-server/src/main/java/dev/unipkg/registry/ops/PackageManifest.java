package dev.unipkg.registry.ops;

import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.UnikernelSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The file `package.manifest` of a tarball. Its keys are those of the client's `Config`; clients refuse the file for
/// any
/// other key.
final class PackageManifest {

    static final String FILE = "package.manifest";

    private static final long MIB = 1 << 20;

    /// The space of the file system for its own records.
    private static final long RECORDS_BYTES = 32 * MIB;

    private PackageManifest() {}

    /// @param program its path in the package without links on the way, absolute
    /// @param files all of them together, in bytes
    /// @param description of this version
    static byte[] of(OpsBuild build, ImageConfig config, String program, long files, Optional<String> description) {
        Execution execution = config.execution();
        UnikernelSettings unikernel = config.unikernel();
        List<String> arguments = new ArrayList<>(execution.entrypoint());
        arguments.addAll(execution.cmd());
        return Json.object()
                .put("Program", program)
                .putIfAny("Args", arguments)
                .putIfAny("Env", execution.env())
                .put("Version", build.version().text())
                .putIfPresent("Description", description)
                .putIfPresent("BaseVolumeSz", baseVolume(unikernel.writableBytes(), files))
                .putIfAny("Klibs", unikernel.klibs())
                .putIfAny("ManifestPassthrough", passthrough(execution, unikernel))
                .putIfPresent("RunConfig", runConfig(execution, unikernel))
                .build()
                .toBytes();
    }

    /// The size of the whole volume in MiB, where the package asks for space.
    private static Optional<String> baseVolume(long writable, long files) {
        return writable == 0
                ? Optional.empty()
                : Optional.of(Math.ceilDiv(files + writable + RECORDS_BYTES, MIB) + "m");
    }

    private static SortedMap<String, String> passthrough(Execution execution, UnikernelSettings unikernel) {
        SortedMap<String, String> attributes = new TreeMap<>(unikernel.kernelOptions());
        if (!execution.workingDir().isEmpty()) {
            attributes.put("cwd", execution.workingDir());
        }
        return attributes;
    }

    private static Optional<Json> runConfig(Execution execution, UnikernelSettings unikernel) {
        Json.Obj run = Json.object()
                .putIfPositive("CPUs", unikernel.cpus())
                .putIfPresent("Memory", memory(unikernel.memoryBytes()))
                .putIfAny("Ports", ports(execution, false))
                .putIfAny("UDPPorts", ports(execution, true))
                .build();
        return run.members().isEmpty() ? Optional.empty() : Optional.of(run);
    }

    private static Optional<String> memory(long bytes) {
        return bytes == 0 ? Optional.empty() : Optional.of(Math.ceilDiv(bytes, MIB) + "M");
    }

    private static List<String> ports(Execution execution, boolean udp) {
        return execution.exposedPorts().stream()
                .filter(port -> port.endsWith("/udp") == udp)
                .map(port -> port.replaceFirst("/.*", ""))
                .toList();
    }
}
