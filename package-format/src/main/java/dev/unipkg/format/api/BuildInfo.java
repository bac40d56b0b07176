package dev.unipkg.format.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.UnikernelSettings;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/// One build of a version.
///
/// @param digest of its OCI manifest
/// @param size of its layers together, as they travel, in bytes
public record BuildInfo(Arch arch, Digest digest, long size, Config config, List<Layer> layers) implements ApiRecord {

    public BuildInfo {
        layers = List.copyOf(layers);
    }

    static BuildInfo of(Fields fields) throws RefusedException {
        return new BuildInfo(
                fields.value("arch", "an architecture", Arch::of),
                fields.value("digest", "a digest", Digest::parse),
                fields.number("size", 0, Json.Num.MAX),
                Config.of(fields.fields("config")),
                fields.list("layers", Layer::of));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("arch", arch.toString())
                .put("digest", digest.toString())
                .put("size", size)
                .put("config", config.toJson())
                .putAll("layers", layers, Layer::toJson)
                .build();
    }

    /// How the program is started and what it needs: the fields of [Execution], and `unikernel` as it stands in the
    /// OCI config.
    public record Config(
            List<String> entrypoint,
            List<String> cmd,
            SortedMap<String, String> env,
            String workingDir,
            SortedSet<String> exposedPorts,
            SortedSet<String> volumes,
            String user,
            UnikernelSettings unikernel)
            implements ApiRecord {

        public static Config of(ImageConfig config) {
            Execution execution = config.execution();
            return new Config(
                    execution.entrypoint(),
                    execution.cmd(),
                    execution.env(),
                    execution.workingDir(),
                    execution.exposedPorts(),
                    execution.volumes(),
                    execution.user(),
                    config.unikernel());
        }

        static Config of(Fields fields) throws RefusedException {
            return new Config(
                    fields.texts("entrypoint"),
                    fields.texts("cmd"),
                    fields.textMap("env"),
                    fields.optionalText("workingDir").orElse(""),
                    new TreeSet<>(fields.texts("exposedPorts")),
                    new TreeSet<>(fields.texts("volumes")),
                    fields.optionalText("user").orElse(""),
                    UnikernelSettings.of(fields.fields("unikernel")));
        }

        /// The same without what it needs.
        public Execution execution() {
            return new Execution(entrypoint, cmd, env, workingDir, exposedPorts, volumes, user);
        }

        @Override
        public Json.Obj toJson() {
            return Json.object()
                    .put("entrypoint", Json.texts(entrypoint))
                    .putIfAny("cmd", cmd)
                    .putIfAny("env", env)
                    .putIfPresent("workingDir", Optional.of(workingDir).filter(dir -> !dir.isEmpty()))
                    .putIfAny("exposedPorts", exposedPorts)
                    .putIfAny("volumes", volumes)
                    .putIfPresent("user", Optional.of(user).filter(name -> !name.isEmpty()))
                    .put("unikernel", unikernel.toJson())
                    .build();
        }
    }

    /// A layer.
    ///
    /// @param digest of the compressed blob
    /// @param size of the compressed blob, in bytes
    /// @param diffId digest of the uncompressed tar
    public record Layer(LayerKind kind, Digest digest, long size, Digest diffId) implements ApiRecord {

        static Layer of(Fields fields) throws RefusedException {
            return new Layer(
                    fields.value(
                            "kind",
                            "runtime, libs or config",
                            word -> LayerKind.find(word)
                                    .orElseThrow(() -> new IllegalArgumentException("not a kind of layer: " + word))),
                    fields.value("digest", "a digest", Digest::parse),
                    fields.number("size", 0, Json.Num.MAX),
                    fields.value("diffId", "a digest", Digest::parse));
        }

        @Override
        public Json.Obj toJson() {
            return Json.object()
                    .put("kind", kind.toString())
                    .put("digest", digest.toString())
                    .put("size", size)
                    .put("diffId", diffId.toString())
                    .build();
        }
    }
}
