package dev.unipkg.format.oci;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// An OCI image config (image-spec, config.md) of a program for Linux, with one more field, `unikernel`. It holds no
/// time and no history, so that the same build has the same config whenever it is made.
///
/// @param arch written as OCI's `architecture`
/// @param execution the field `config`
/// @param diffIds the digests of the uncompressed layers, in the manifest's order
/// @param unikernel what it needs of its kernel and machine
public record ImageConfig(Arch arch, Execution execution, List<Digest> diffIds, UnikernelSettings unikernel) {

    public ImageConfig {
        diffIds = List.copyOf(diffIds);
    }

    /// Reads any OCI image config for Linux on an architecture of ours; fields it does not know are ignored.
    ///
    /// @throws RefusedException when the bytes are no such config
    public static ImageConfig read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        String os = fields.text("os");
        if (!os.equals("linux")) {
            throw fields.invalid("os", os, "linux");
        }
        Fields rootfs = fields.fields("rootfs");
        String rootfsType = rootfs.text("type");
        if (!rootfsType.equals("layers")) {
            throw rootfs.invalid("type", rootfsType, "layers");
        }
        Optional<Fields> config = fields.optionalFields("config");
        Optional<Fields> unikernel = fields.optionalFields("unikernel");
        return new ImageConfig(
                fields.value("architecture", "amd64, arm64 or riscv64", Arch::of),
                config.isEmpty() ? Execution.NONE : execution(config.get()),
                rootfs.values("diff_ids", "sha256: and 64 lowercase hex digits", Digest::parse),
                unikernel.isEmpty() ? UnikernelSettings.NONE : UnikernelSettings.of(unikernel.get()));
    }

    /// The config in OCI's JSON; the same config gives the same bytes.
    public byte[] toBytes() {
        return Json.object()
                .put("architecture", arch.oci())
                .put("os", "linux")
                .put("config", executionJson())
                .put(
                        "rootfs",
                        Json.object()
                                .put("type", "layers")
                                .put("diff_ids", Json.texts(diffIds))
                                .build())
                .put("unikernel", unikernel.toJson())
                .build()
                .toBytes();
    }

    private Json executionJson() {
        List<String> env = execution.env().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        return Json.object()
                .putIfPresent("ExposedPorts", keys(execution.exposedPorts()))
                .putIfAny("Env", env)
                .putIfAny("Entrypoint", execution.entrypoint())
                .putIfAny("Cmd", execution.cmd())
                .putIfPresent("Volumes", keys(execution.volumes()))
                .putIfPresent("WorkingDir", Optional.of(execution.workingDir()).filter(dir -> !dir.isEmpty()))
                .build();
    }

    /// A set the way Go writes it: an object whose values are empty objects.
    private static Optional<Json> keys(Iterable<String> names) {
        var keys = Json.object();
        names.forEach(name -> keys.put(name, Json.object().build()));
        Json.Obj set = keys.build();
        return set.members().isEmpty() ? Optional.empty() : Optional.of(set);
    }

    private static Execution execution(Fields config) throws RefusedException {
        return new Execution(
                config.texts("Entrypoint"),
                config.texts("Cmd"),
                environment(config),
                config.optionalText("WorkingDir").orElse(""),
                new TreeSet<>(config.keys("ExposedPorts")),
                new TreeSet<>(config.keys("Volumes")));
    }

    private static SortedMap<String, String> environment(Fields config) throws RefusedException {
        SortedMap<String, String> environment = new TreeMap<>();
        for (String variable : config.texts("Env")) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw config.invalid("Env", variable, "NAME=value");
            }
            if (environment.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1)) != null) {
                throw config.invalid("Env", variable, "each variable once");
            }
        }
        return environment;
    }
}
