package dev.unipkg.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.UnikernelSettings;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/// One build of a version.
///
/// @param digest of its OCI manifest
/// @param size of its layers together, as they travel, in bytes
public record BuildInfo(Arch arch, Digest digest, long size, Config config, List<Layer> layers) implements ApiRecord {

    public BuildInfo {
        layers = List.copyOf(layers);
    }

    /// How the program is started and what it needs: the fields of [Execution], and `unikernel` as it stands in the
    /// OCI config.
    public record Config(
            List<String> entrypoint,
            List<String> cmd,
            SortedMap<String, String> env,
            Optional<String> workingDir,
            SortedSet<String> exposedPorts,
            SortedSet<String> volumes,
            Optional<String> user,
            UnikernelSettings unikernel)
            implements ApiRecord {

        public static Config of(ImageConfig config) {
            Execution execution = config.execution();
            return new Config(
                    execution.entrypoint(),
                    execution.cmd(),
                    execution.env(),
                    Optional.of(execution.workingDir()).filter(directory -> !directory.isEmpty()),
                    execution.exposedPorts(),
                    execution.volumes(),
                    Optional.of(execution.user()).filter(name -> !name.isEmpty()),
                    config.unikernel());
        }

        /// The same without what it needs.
        public Execution execution() {
            return new Execution(entrypoint, cmd, env, workingDir.orElse(""), exposedPorts, volumes, user.orElse(""));
        }

        @Override
        public boolean omitsEmpty() {
            return true;
        }
    }

    /// A layer.
    ///
    /// @param digest of the compressed blob
    /// @param size of the compressed blob, in bytes
    /// @param diffId digest of the uncompressed tar
    public record Layer(LayerKind kind, Digest digest, long size, Digest diffId) implements ApiRecord {}
}
