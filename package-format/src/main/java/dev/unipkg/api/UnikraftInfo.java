package dev.unipkg.api;

import dev.unipkg.format.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A Unikraft image: a repository whose tags name kernels that are linked with their program.
///
/// @param name of the repository
/// @param tags the first by name
public record UnikraftInfo(String name, List<UnikraftTag> tags) implements ApiRecord {

    public UnikraftInfo {
        tags = List.copyOf(tags);
    }

    /// One tag, which may move.
    ///
    /// @param digest of its OCI index
    /// @param updated when it was last moved
    public record UnikraftTag(String tag, Digest digest, Instant updated, List<UnikraftKernel> kernels)
            implements ApiRecord {

        public UnikraftTag {
            kernels = List.copyOf(kernels);
        }
    }

    /// One kernel with its program.
    ///
    /// @param platform the virtual machine monitor that it is linked for, as in `qemu` or `fc`
    /// @param arch in the publisher's words
    /// @param kernelVersion of Unikraft, where the publisher says it
    /// @param digest of its OCI manifest
    public record UnikraftKernel(String platform, String arch, Optional<String> kernelVersion, Digest digest)
            implements ApiRecord {}
}
