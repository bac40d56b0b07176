package dev.unipkg.api;

import java.time.Instant;
import java.util.List;

/// One Unikraft image in a list.
///
/// @param name of its repository
/// @param platforms what its tags have kernels for, as in `qemu/x86_64`
/// @param kernelVersions of Unikraft, as its publisher says them
/// @param updated when a tag was last moved
public record UnikraftSummary(String name, List<String> platforms, List<String> kernelVersions, Instant updated)
        implements ApiRecord {

    public UnikraftSummary {
        platforms = List.copyOf(platforms);
        kernelVersions = List.copyOf(kernelVersions);
    }
}
